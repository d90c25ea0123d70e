/**
 * One flow as a compound state, built from the definition's tree: `body` holds its steps, beside it stands a state for
 * every `anytime` entry, and a deep history of `body` is what these resume.
 */
import type { SourceBody, SourceDefinition, SourceStep } from '../../../../../dsl/schema/source.ts';
import type { Construct } from '../constructs.ts';
import { branchState } from './branch-chart.ts';
import { delayStates } from './delay-chart.ts';
import { beginsToWait } from './events.ts';
import type { Names } from './expressions.ts';
import { fetchStates } from './fetch-chart.ts';
import { handoffStates } from './handoff-chart.ts';
import { eventTaker, interruptState, wordOf, wordTransitions, type Interrupt } from './interrupt-chart.ts';
import { listenStates } from './listen-chart.ts';
import { loopStates } from './loop-chart.ts';
import { covers, enters, frameOf, updatesFrame, type Change, type Frame, type Memory } from './memory.ts';
import { questionStates } from './question-chart.ts';
import { splitState, type Shares } from './split-chart.ts';
import { to, type State, type States, type Target } from './states.ts';
import { expectedBy, type Taker } from './takers.ts';
import { actionState, callState } from './way-chart.ts';

/** Where a flow stands: a snippet is drawn anew wherever it is called. */
export interface Place {
  readonly id: string;
  /** Empty for the conversation itself. */
  readonly name: string;
  readonly body: SourceBody;
  /** Where an outcome leads. */
  readonly ended: (outcome: string) => Target;
  /** Flows around it that an interrupt has set aside. */
  readonly aside: readonly string[];
  /** Words that interrupts around it take. */
  readonly words: ReadonlySet<string>;
  /** Interrupts around it that take events. */
  readonly takers: readonly Taker[];
}

/** States that stand side by side: the steps of a flow, or one of its interrupts. */
export interface Region {
  readonly chart: FlowChart;
  readonly states: Record<string, State>;
  readonly aside: readonly string[];
  readonly words: ReadonlySet<string>;
  readonly takers: readonly Taker[];
  /** Of an interrupt, which gives up what it interrupted where it does not resume it. */
  readonly isInterrupt: boolean;
}

export class FlowChart {
  readonly definition: SourceDefinition;
  readonly states: States;
  readonly place: Place;
  readonly shareAt: Shares;
  private readonly gates = new Map<string, Target>();
  private readonly bodyId: Target;
  private readonly body: Region;
  private readonly first: Target;
  private readonly interrupts: readonly Interrupt[];
  private readonly taker: Taker;

  constructor(definition: SourceDefinition, states: States, place: Place, shareAt: Shares) {
    this.definition = definition;
    this.states = states;
    this.place = place;
    this.shareAt = shareAt;
    this.bodyId = states.newId('body');
    const { steps, anytime = [] } = place.body;
    this.interrupts = anytime.map((source) => ({ source, id: states.newId('anytime') }));
    this.taker = eventTaker(this, this.interrupts);
    const words = new Set([...place.words, ...anytime.filter(({ match }) => match !== undefined).map(wordOf)]);
    const takers = [...place.takers, this.taker];
    this.body = { chart: this, states: {}, aside: place.aside, words, takers, isInterrupt: false };
    this.nameGates(steps);
    const prefix = place.name === '' ? '' : `${place.name}/`;
    const last = steps.length - 1;
    const completed = this.endState(this.body, stepName(prefix, steps[last], last), 'completed', []);
    this.first = this.sequence(this.body, steps, prefix, completed);
  }

  /** Where it is called, or the conversation starts: its interrupts begin to wait too. */
  get starts(): Change {
    const waits = beginsToWait(this.place.id, expectedBy(this.taker));
    return (memory, now) => waits(this.begins(memory, now), now);
  }

  /** Begins anew. */
  get begins(): Change {
    const vars = Object.fromEntries(Object.keys(this.place.body.vars ?? {}).map((name) => [name, 0]));
    return this.updates(() => ({ vars, rounds: {} }));
  }

  config(): State {
    const latest = `${this.bodyId}_latest`;
    const entries = { latest, first: this.first };
    const body: State = {
      id: this.bodyId,
      initial: this.first,
      states: { ...this.body.states, [latest]: { id: latest, type: 'history', history: 'deep' } },
      on: { reply: wordTransitions(this, this.interrupts) },
    };
    const interrupts = this.interrupts.map(
      ({ source, id }, index) => [id, interruptState(this, source, index, id, entries)] as const,
    );
    return { initial: this.bodyId, states: { [this.bodyId]: body, ...Object.fromEntries(interrupts) } };
  }

  /** What leads to a step by its name. */
  gate(name: string): Target {
    const gate = this.gates.get(name);
    if (gate === undefined) throw new Error(`no step ${name}`);
    return gate;
  }

  /** What its expressions see. */
  namesOf(memory: Memory): Names {
    const { vars, count = NaN, failure = '' } = frameOf(memory, this.place.id);
    return {
      ...Object.fromEntries(Object.entries(vars).map(([name, value]) => [`vars.${name}`, value])),
      'data.stock.count': count,
      'failure.code': failure,
      'event.data.mark': memory.events.taken,
    };
  }

  updates(update: (frame: Frame) => Frame): Change {
    return updatesFrame(this.place.id, update);
  }

  /** Something happens, then it goes on. */
  passing(region: Region, kind: string, changes: readonly Change[], target: Target): Target {
    const id = this.states.newId(kind);
    region.states[id] = { id, entry: this.states.does(...changes), always: to(target) };
    return id;
  }

  endState(region: Region, step: string, outcome: string, constructs: readonly Construct[]): Target {
    return this.passing(region, 'end', [enters(step), covers(...constructs, 'end')], this.place.ended(outcome));
  }

  private nameGates(steps: readonly SourceStep[]): void {
    for (const { step, repeat } of steps) {
      if (step !== undefined) this.gates.set(step, this.states.newId('step'));
      this.nameGates(repeat?.steps ?? []);
    }
  }

  sequence(region: Region, steps: readonly SourceStep[], prefix: string, after: Target): Target {
    return steps.reduceRight((next, step, index) => {
      const first = this.step(region, step, stepName(prefix, step, index), next);
      if (step.step === undefined) return first;
      const id = this.gate(step.step);
      region.states[id] = { id, always: to(first) };
      return id;
    }, after);
  }

  private step(region: Region, source: SourceStep, name: string, after: Target): Target {
    const keys = Object.keys(source).filter((key) => ACTIONS.has(key));
    return keys.reduceRight((next, key) => this.action(region, source, name, key, next), after);
  }

  private action(region: Region, source: SourceStep, step: string, key: string, after: Target): Target {
    if (key === 'ask') return questionStates(region, source, step, after);
    if (key === 'delay') return delayStates(region, source.delay?.for ?? '', step, after);
    if (key === 'branch') return branchState(region, source.branch ?? [], step, after);
    if (key === 'repeat') return loopStates(region, source.repeat, step, after);
    if (key === 'listen') return listenStates(region, source, step, after);
    if (key === 'fetch') return fetchStates(region, source, step, after);
    if (key === 'handoff') return handoffStates(region, source, step, after);
    if (key === 'split') return splitState(region, source.split ?? [], step, after);
    if (key === 'call') return callState(region, source, step, after);
    if (key === 'end') return this.endState(region, step, source.end ?? '', []);
    if (key === 'goto')
      return this.passing(region, 'goto', [enters(step), covers('goto')], this.gate(source.goto ?? ''));
    return actionState(region, source, step, key, after);
  }
}

const ACTIONS: ReadonlySet<string> = new Set([
  ...['say', 'set', 'ask', 'delay', 'branch', 'repeat', 'listen', 'fetch', 'handoff', 'split', 'call', 'goto', 'end'],
]);

function stepName(prefix: string, source: SourceStep | undefined, index: number): string {
  return `${prefix}${source?.step ?? `step-${(index + 1).toString()}`}`;
}
