/**
 * A definition as a statechart for XState, made from its YAML tree by what docs/language.md says it means: neither the
 * compiler nor its machine has a part in it.
 */
import { assign, createActor, setup, type Actor } from 'xstate';
import type { SourceDefinition } from '../../../../../dsl/schema/source.ts';
import type { StandingClock } from './clock.ts';
import { FlowChart } from './flow-chart.ts';
import { arrives, type Events } from './events.ts';
import { answers } from './fetch-chart.ts';
import { EMPTY, endsOn, note, type Change, type Memory } from './memory.ts';
import type { Shares } from './split-chart.ts';
import { States, type Happening } from './states.ts';
import { look } from './takers.ts';

const MAIN = 'main';
/** A statechart that passes more states at once than this goes round in circles: better an error than no memory left. */
const MAX_MICROSTEPS = 2000;

type Recent = Events['recent'];

/** One conversation on it: runs until it has ended; whoever begins it stops it. */
export interface ChartRun {
  readonly hasEnded: boolean;
  /** Events that concern what begins next as well. */
  readonly recent: Recent;
  /** Questions to the data source so far. */
  readonly requests: number;
  /** What happened since the last call. */
  readonly taken: () => Pick<Memory, 'lines' | 'covered'>;
  readonly receive: (happening: Happening) => void;
  readonly stop: () => void;
}

/** Draws it once; what is returned begins a conversation, after these events. */
export function statechart(
  definition: SourceDefinition,
  clock: StandingClock,
  shareAt: Shares,
): (recent: Recent) => ChartRun {
  const chart = chartOf(definition, clock, shareAt);
  return (recent) => new Run(chart, clock, recent);
}

class Run implements ChartRun {
  private told = { lines: 0, covered: 0 };
  private readonly actor: Actor<Chart>;
  private readonly clock: StandingClock;
  /** Of what came after the end. */
  private after: Memory | undefined;

  constructor(chart: Chart, clock: StandingClock, recent: Recent) {
    this.clock = clock;
    this.actor = createActor(chart, { clock, input: recent }).start();
  }

  /** What happened since the last call. */
  taken(): Pick<Memory, 'lines' | 'covered'> {
    const { lines, covered } = this.memory;
    const { told } = this;
    this.told = { lines: lines.length, covered: covered.length };
    return { lines: lines.slice(told.lines), covered: covered.slice(told.covered) };
  }

  get hasEnded(): boolean {
    return this.actor.getSnapshot().status !== 'active';
  }

  get recent(): Recent {
    return this.memory.events.recent;
  }

  get requests(): number {
    return this.memory.requests.made;
  }

  receive(happening: Happening): void {
    if (this.hasEnded) this.after = remembers(happening)(this.memory, this.clock.now);
    else this.actor.send(happening);
  }

  stop(): void {
    this.actor.stop();
  }

  private get memory(): Memory {
    return this.after ?? this.actor.getSnapshot().context;
  }
}

type Chart = ReturnType<typeof chartOf>;

function chartOf(definition: SourceDefinition, clock: StandingClock, shareAt: Shares) {
  const states = new States(clock);
  const endings: Record<string, object> = {};
  const ended = (outcome: string): string => {
    const id = `outcome_${outcome}`;
    endings[id] = { id, type: 'final', entry: states.does(note(`ends ${outcome}`)) };
    return id;
  };
  const place = { id: MAIN, name: '', body: definition, ended, aside: [], words: new Set<string>(), takers: [] };
  const main = new FlowChart(definition, states, place, shareAt);
  const conversation = main.config();
  const hears = assign<Memory, Happening, undefined, Happening, never>(({ context, event }) =>
    remembers(event)(context, clock.now),
  );
  return setup({
    types: { context: {} as Memory, events: {} as Happening, input: {} as Recent },
    delays: states.delays,
  }).createMachine({
    id: definition.conversation,
    context: ({ input: recent }) => main.starts({ ...EMPTY, events: { ...EMPTY.events, recent } }, clock.now),
    initial: MAIN,
    states: { [MAIN]: conversation, ...endings },
    options: { maxIterations: MAX_MICROSTEPS },
    // Whoever waits for these finds them in memory.
    on: { over: { actions: hears }, answer: { actions: hears }, event: { actions: [hears, look] } },
  });
}

function remembers(happening: Happening): Change {
  switch (happening.type) {
    case 'over':
      return endsOn(happening.wait, true);
    case 'answer':
      return answers(happening.request, happening.answer);
    case 'event':
      return arrives(happening.event);
    case 'reply':
    case 'desk':
    case 'look':
      return (memory) => memory;
  }
}
