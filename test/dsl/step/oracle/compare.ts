/** Both sides through the same inputs. */
import { stringify } from 'yaml';
import { parseDuration } from '../../../../dsl/text/duration.ts';
import type { SourceDefinition } from '../../../../dsl/schema/source.ts';
import { statechart, type ChartRun } from './chart.ts';
import { StandingClock } from './clock.ts';
import type { Construct } from './constructs.ts';
import { EngineRun } from './engine.ts';

export type Input =
  | { readonly reply: string }
  | { readonly advance: string }
  /** In the instant in which the wait would end, before that is seen. */
  | { readonly replyInTime: string };

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
  private readonly beginChart: () => ChartRun;
  private readonly engineRun: EngineRun;
  private readonly clock: StandingClock;
  private readonly began: number;
  private chartRun: ChartRun;

  constructor(definition: SourceDefinition) {
    this.engineRun = new EngineRun(stringify(definition, { aliasDuplicateObjects: false }));
    this.clock = new StandingClock(this.engineRun.now);
    this.began = this.clock.now;
    this.beginChart = statechart(definition, this.clock);
    this.chartRun = this.begin();
  }

  apply(input: Input): void {
    if (this.chartRun.hasEnded) this.chartRun = this.begin();
    const { engineRun, chartRun, clock } = this;
    if ('advance' in input) {
      const ms = parseDuration(input.advance) ?? 0;
      engineRun.advance(ms);
      clock.advance(ms);
    } else if ('reply' in input) {
      engineRun.reply(input.reply);
      chartRun.reply(input.reply);
    } else this.replyInTime(input.replyInTime);
    this.tell(JSON.stringify(input));
  }

  stop(): void {
    this.chartRun.stop();
  }

  private replyInTime(text: string): void {
    const { engineRun, chartRun, clock } = this;
    const ms = engineRun.waitsForMs ?? 0;
    engineRun.skip(ms);
    clock.skip(ms);
    engineRun.reply(text);
    chartRun.reply(text);
    engineRun.advance(0);
    clock.advance(0);
    this.covered.push('reply as time runs out');
  }

  private begin(): ChartRun {
    (this.chartRun as ChartRun | undefined)?.stop();
    this.engineRun.begin();
    this.chartRun = this.beginChart();
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
