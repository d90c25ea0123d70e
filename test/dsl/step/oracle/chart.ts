/**
 * A definition as a statechart for XState, made from its YAML tree by what docs/language.md says it means: neither the
 * compiler nor its machine has a part in it.
 */
import { assign, createActor, setup, type Actor } from 'xstate';
import type { SourceDefinition } from '../../../../dsl/schema/source.ts';
import type { StandingClock } from './clock.ts';
import { FlowChart } from './flow-chart.ts';
import { EMPTY, note, type Memory } from './memory.ts';
import { States, type Happening } from './states.ts';

const MAIN = 'main';
/** A statechart that passes more states at once than this goes round in circles: better an error than no memory left. */
const MAX_MICROSTEPS = 2000;

/** One conversation on it: runs until it has ended; whoever begins it stops it. */
export interface ChartRun {
  readonly hasEnded: boolean;
  /** What happened since the last call. */
  readonly taken: () => Pick<Memory, 'lines' | 'covered'>;
  readonly reply: (text: string) => void;
  readonly stop: () => void;
}

/** Draws it once; what is returned begins a conversation. */
export function statechart(definition: SourceDefinition, clock: StandingClock): () => ChartRun {
  const chart = chartOf(definition, clock);
  return () => new Run(chart, clock);
}

class Run implements ChartRun {
  private told = { lines: 0, covered: 0 };
  private readonly actor: Actor<Chart>;

  constructor(chart: Chart, clock: StandingClock) {
    this.actor = createActor(chart, { clock }).start();
  }

  /** What happened since the last call. */
  taken(): Pick<Memory, 'lines' | 'covered'> {
    const { lines, covered } = this.actor.getSnapshot().context;
    const { told } = this;
    this.told = { lines: lines.length, covered: covered.length };
    return { lines: lines.slice(told.lines), covered: covered.slice(told.covered) };
  }

  get hasEnded(): boolean {
    return this.actor.getSnapshot().status !== 'active';
  }

  reply(text: string): void {
    this.actor.send({ type: 'reply', text });
  }

  stop(): void {
    this.actor.stop();
  }
}

type Chart = ReturnType<typeof chartOf>;

function chartOf(definition: SourceDefinition, clock: StandingClock) {
  const states = new States(clock);
  const endings: Record<string, object> = {};
  const ended = (outcome: string): string => {
    const id = `outcome_${outcome}`;
    endings[id] = { id, type: 'final', entry: states.does(note(`ends ${outcome}`)) };
    return id;
  };
  const main = new FlowChart(definition, states, {
    ...{ id: MAIN, name: '', body: definition, ended, aside: [], words: new Set<string>() },
  });
  const conversation = main.config();
  return setup({
    types: { context: {} as Memory, events: {} as Happening },
    delays: states.delays,
  }).createMachine({
    id: definition.conversation,
    context: main.begins(EMPTY, clock.now),
    initial: MAIN,
    states: { [MAIN]: conversation, ...endings },
    options: { maxIterations: MAX_MICROSTEPS },
    // Nothing waits for it just now.
    on: { over: { actions: assign(({ context, event }) => ({ over: { ...context.over, [event.delay]: true } })) } },
  });
}
