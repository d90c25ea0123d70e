/**
 * One flow as a compound state, built from the definition's tree: `body` holds its steps, beside it stands a state for
 * every `anytime` entry, and a deep history of `body` is what these resume.
 */
import type { SourceBody, SourceDefinition, SourceInterrupt, SourceStep } from '../../../../dsl/schema/source.ts';
import { branchState } from './branch-chart.ts';
import type { Construct } from './constructs.ts';
import { delayStates } from './delay-chart.ts';
import { holds } from './expressions.ts';
import {
  covers,
  enters,
  frameOf,
  setsAside,
  takesUp,
  updatesFrame,
  type Change,
  type Frame,
  type Memory,
} from './memory.ts';
import { questionStates } from './question-chart.ts';
import { to, type State, type States, type Target } from './states.ts';
import { actionState, callState, wayOrNextTarget } from './way-chart.ts';

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
}

/** States that stand side by side: the steps of a flow, or one of its interrupts. */
export interface Region {
  readonly chart: FlowChart;
  readonly states: Record<string, State>;
  readonly aside: readonly string[];
  readonly words: ReadonlySet<string>;
  /** Of an interrupt, which gives up what it interrupted where it does not resume it. */
  readonly isInterrupt: boolean;
}

export class FlowChart {
  readonly definition: SourceDefinition;
  readonly states: States;
  readonly place: Place;
  private readonly gates = new Map<string, Target>();
  private readonly bodyId: Target;
  private readonly body: Region;
  private readonly first: Target;

  constructor(definition: SourceDefinition, states: States, place: Place) {
    this.definition = definition;
    this.states = states;
    this.place = place;
    this.bodyId = states.newId('body');
    const { steps, anytime = [] } = place.body;
    const words = new Set([...place.words, ...anytime.map(wordOf)]);
    this.body = { chart: this, states: {}, aside: place.aside, words, isInterrupt: false };
    this.nameGates(steps);
    const prefix = place.name === '' ? '' : `${place.name}/`;
    const last = steps.length - 1;
    const completed = this.endState(this.body, stepName(prefix, steps[last], last), 'completed', []);
    this.first = this.sequence(this.body, steps, prefix, completed);
  }

  /** Begins anew: where it is called, or restarted. */
  get begins(): Change {
    const vars = Object.fromEntries(Object.keys(this.place.body.vars ?? {}).map((name) => [name, 0]));
    return this.updates(() => ({ vars, rounds: {} }));
  }

  config(): State {
    const { anytime = [] } = this.place.body;
    const interrupts = anytime.map((source, index) => this.interrupt(source, index));
    const reply = interrupts.map(({ source, target }) => ({
      guard: ({ event }: { event: { type: string; text?: string } }) => event.text === wordOf(source),
      actions: this.states.does(setsAside(this.place.id), covers(...this.interruptConstructs())),
      ...to(target),
    }));
    const body: State = {
      id: this.bodyId,
      initial: this.first,
      states: { ...this.body.states, [this.latest]: { id: this.latest, type: 'history', history: 'deep' } },
      ...(reply.length === 0 ? {} : { on: { reply } }),
    };
    return {
      initial: this.bodyId,
      states: { [this.bodyId]: body, ...Object.fromEntries(interrupts.map(({ id, state }) => [id, state])) },
    };
  }

  /** What leads to a step by its name. */
  gate(name: string): Target {
    const gate = this.gates.get(name);
    if (gate === undefined) throw new Error(`no step ${name}`);
    return gate;
  }

  varsOf(memory: Memory): Frame['vars'] {
    return frameOf(memory, this.place.id).vars;
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

  private get latest(): Target {
    return `${this.bodyId}_latest`;
  }

  private nameGates(steps: readonly SourceStep[]): void {
    for (const { step, repeat } of steps) {
      if (step !== undefined) this.gates.set(step, this.states.newId('step'));
      this.nameGates(repeat?.steps ?? []);
    }
  }

  private sequence(region: Region, steps: readonly SourceStep[], prefix: string, after: Target): Target {
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
    if (key === 'repeat') return this.repeat(region, source.repeat, step, after);
    if (key === 'call') return callState(region, source, step, after);
    if (key === 'end') return this.endState(region, step, source.end ?? '', []);
    if (key === 'goto')
      return this.passing(region, 'goto', [enters(step), covers('goto')], this.gate(source.goto ?? ''));
    return actionState(region, source, step, key, after);
  }

  private repeat(region: Region, source: SourceStep['repeat'], step: string, after: Target): Target {
    if (!source) throw new Error('a repeat without steps');
    const { most, while: condition, steps, exhausted } = source;
    const loop = this.states.newId('loop');
    const round = this.passing(region, 'round', [enters(step)], loop);
    const first = this.sequence(region, steps, `${step}.`, round);
    const begun = (memory: Memory): number => frameOf(memory, this.place.id).rounds[loop] ?? 0;
    const counts = (next: (rounds: number) => number): Change =>
      this.updates(({ vars, rounds }) => ({ vars, rounds: { ...rounds, [loop]: next(rounds[loop] ?? 0) } }));
    const isDone = ({ context }: { context: Memory }): boolean =>
      condition !== undefined && !holds(condition, this.varsOf(context));
    region.states[loop] = {
      id: loop,
      entry: this.states.does(enters(step)),
      always: [
        { guard: isDone, actions: this.states.does(covers('repeat: done')), ...to(after) },
        {
          guard: ({ context }) => begun(context) < most,
          actions: this.states.does(
            counts((rounds) => rounds + 1),
            covers('repeat: round'),
          ),
          ...to(first),
        },
        {
          actions: this.states.does(covers('repeat: exhausted')),
          ...to(wayOrNextTarget(region, exhausted, step, after)),
        },
      ],
    };
    return this.passing(region, 'repeat', [enters(step), counts(() => 0)], loop);
  }

  private interrupt(source: SourceInterrupt, index: number) {
    const { states, place } = this;
    const id = states.newId('anytime');
    const step = `${place.name === '' ? '' : `${place.name}/`}anytime-${(index + 1).toString()}`;
    const region: Region = {
      chart: this,
      states: {},
      aside: [...place.aside, place.id],
      words: place.words,
      isInterrupt: true,
    };
    const last = this.afterInterrupt(region, source, step);
    const called = source.call === undefined ? last : callState(region, source, step, last);
    const keys = Object.keys(source).filter((key) => key === 'say' || key === 'set');
    const first = keys.reduceRight((next, key) => actionState(region, source, step, key, next), called);
    const target = this.passing(region, 'interrupt', [enters(step)], first);
    return { id, source, target, state: { id, initial: target, states: region.states } satisfies State };
  }

  private afterInterrupt(region: Region, source: SourceInterrupt, step: string): Target {
    if (source.end !== undefined) return this.endState(region, step, source.end, ['leave by end']);
    if (source.goto !== undefined)
      return this.passing(region, 'leave', [enters(step), covers('leave by goto')], this.gate(source.goto));
    if (source.then === 'restart')
      return this.passing(region, 'restart', [enters(step), covers('restart'), this.begins], this.first);
    return this.passing(region, 'resume', [enters(step), takesUp(this.place.id)], this.latest);
  }

  private interruptConstructs(): readonly Construct[] {
    return this.place.name === '' ? ['anytime'] : ['anytime', 'anytime in a snippet'];
  }
}

const ACTIONS: ReadonlySet<string> = new Set([
  ...['say', 'set', 'ask', 'delay', 'branch', 'repeat', 'call', 'goto', 'end'],
]);

function stepName(prefix: string, source: SourceStep | undefined, index: number): string {
  return `${prefix}${source?.step ?? `step-${(index + 1).toString()}`}`;
}

function wordOf({ match }: SourceInterrupt): string {
  if (typeof match !== 'string') throw new Error('an interrupt of the oracle has one word');
  return match;
}
