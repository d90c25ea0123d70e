/** Both sides through the same inputs. */
import { stringify } from 'yaml';
import { parseDuration } from '../../../../dsl/text/duration.ts';
import type { SourceDefinition } from '../../../../dsl/schema/source.ts';
import type { Construct } from './constructs.ts';
import { EngineRun } from './engine.ts';
import type { Answer, DeskWord, Occurrence } from './happenings.ts';
import { statechart, type ChartRun } from './statechart/chart.ts';
import { StandingClock } from './statechart/clock.ts';

/** What somebody outside does. */
export type Act =
  | { readonly reply: string }
  | { readonly event: Omit<Occurrence, 'number'> }
  /** The newest event, or one so many before it. */
  | { readonly sentAgain: number }
  /** To the newest question, or one before it. */
  | { readonly answer: Answer; readonly before: number }
  | { readonly desk: DeskWord };

/** One of them, by what is waited for: else most of what comes at random changes nothing. */
interface Fitting {
  readonly reply: string;
  readonly event: Omit<Occurrence, 'number'>;
  readonly data: Answer;
  readonly handoff: DeskWord;
}

export type Input =
  | Act
  | { readonly fitting: Fitting }
  | { readonly advance: string }
  /** In the instant in which the wait would end, before that is seen. */
  | { readonly inTime: Act };

export interface Comparison {
  readonly engine: readonly string[];
  readonly chart: readonly string[];
  readonly covered: readonly Construct[];
}

/** Inputs stand among the lines, each with when it came. What has ended is begun again. */
export function compare(definition: SourceDefinition, inputs: readonly Input[]): Comparison {
  const pair = new Pair(definition);
  try {
    for (const input of inputs) pair.apply(input);
  } finally {
    pair.stop();
  }
  return pair;
}

class Pair implements Comparison {
  readonly engine: string[] = [];
  readonly chart: string[] = [];
  readonly covered: Construct[] = [];
  private readonly beginChart: (recent: ChartRun['recent']) => ChartRun;
  private readonly engineRun: EngineRun;
  private readonly clock: StandingClock;
  private readonly began: number;
  private readonly events: Occurrence[] = [];
  private chartRun: ChartRun;

  constructor(definition: SourceDefinition) {
    this.engineRun = new EngineRun(stringify(definition, { aliasDuplicateObjects: false }));
    this.clock = new StandingClock(this.engineRun.now);
    this.began = this.clock.now;
    this.beginChart = statechart(definition, this.clock, (step) => this.engineRun.shareAt(step));
    this.chartRun = this.begin([]);
  }

  apply(input: Input): void {
    if (this.chartRun.hasEnded) this.chartRun = this.begin(this.chartRun.recent);
    if ('advance' in input) this.advance(parseDuration(input.advance) ?? 0);
    else if ('inTime' in input) this.inTime(input.inTime);
    else this.act('fitting' in input ? this.fit(input.fitting) : input);
    this.tell(JSON.stringify(input));
  }

  stop(): void {
    this.chartRun.stop();
  }

  private act(act: Act): void {
    const { engineRun, chartRun, events } = this;
    if ('reply' in act) {
      engineRun.reply(act.reply);
      chartRun.receive({ type: 'reply', text: act.reply });
    } else if ('event' in act) {
      events.push({ ...act.event, number: events.length + 1 });
      this.send(events.at(-1));
    } else if ('sentAgain' in act) {
      this.covered.push('event: sent again');
      this.send(events.at(-1 - act.sentAgain));
    } else if ('answer' in act) {
      const { answer, before } = act;
      const request = chartRun.requests - before;
      engineRun.answer(request, answer);
      chartRun.receive({ type: 'answer', request, answer });
    } else {
      engineRun.desk(act.desk);
      chartRun.receive({ type: 'desk', does: act.desk });
    }
  }

  private fit({ reply, event, data: answer, handoff: desk }: Fitting): Act {
    switch (this.engineRun.waitsFor) {
      case 'event':
        return { event };
      case 'data':
        return { answer, before: 0 };
      case 'handoff':
        return { desk };
      case 'reply':
      case 'delay':
      case undefined:
        return { reply };
    }
  }

  private send(event: Occurrence | undefined): void {
    if (!event) return;
    this.engineRun.event(event);
    this.chartRun.receive({ type: 'event', event });
  }

  private inTime(act: Act): void {
    const ms = this.engineRun.waitsForMs ?? 0;
    this.engineRun.skip(ms);
    this.clock.skip(ms);
    this.act(act);
    this.advance(0);
    this.covered.push('reply' in act ? 'reply as time runs out' : 'something else as time runs out');
  }

  private advance(ms: number): void {
    this.engineRun.advance(ms);
    this.clock.advance(ms);
  }

  private begin(recent: ChartRun['recent']): ChartRun {
    (this.chartRun as ChartRun | undefined)?.stop();
    this.engineRun.begin();
    this.chartRun = this.beginChart(recent);
    this.tell('begin');
    return this.chartRun;
  }

  private tell(input: string): void {
    const head = `after ${((this.clock.now - this.began) / 60_000).toString()} min: ${input}`;
    this.engine.push(head, ...this.engineRun.taken());
    const { lines, covered } = this.chartRun.taken();
    this.chart.push(head, ...lines);
    this.covered.push(...covered);
  }
}
