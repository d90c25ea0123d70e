/** All scenarios that can be, on a running platform; of the others, why they can not. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Refusal } from '../../dsl/scenario/live/refusals.ts';
import { planLive } from '../../dsl/scenario/live/plan.ts';
import type { Scenario } from '../../dsl/scenario/scenario.ts';
import type { SuiteFile } from '../project/suite.ts';
import { runLive, type LiveResult } from './run.ts';
import type { Target } from './target.ts';

/** Scenarios under way at a time: mostly they wait. */
const CONCURRENT = 4;

const RUN_ID_BYTES = 5;

export type LiveCase = { readonly scenario: Scenario } & (
  | { readonly outcome: 'passed' | 'failed'; readonly result: LiveResult; readonly otherVersions: readonly string[] }
  /** Nothing was sent, and it failed nevertheless: by what stands beside it. */
  | { readonly outcome: 'broken'; readonly why: Refusal }
  | { readonly outcome: 'skipped'; readonly refusals: readonly Refusal[] }
);

export interface LiveFile {
  readonly file: SuiteFile;
  readonly cases: readonly LiveCase[];
}

export interface SuiteOptions {
  readonly timeoutMs: number;
  readonly quietMs: number;
  readonly longestWaitMs: number;
  readonly isAskingData: boolean;
  readonly timePasses: boolean;
  readonly describesPeople: boolean;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Called before anything is sent, unless the scenario is skipped. */
  readonly started?: () => Promise<unknown>;
  /** Called as each scenario ends. */
  readonly ended?: (one: LiveCase) => void;
}

/** Rejects with TargetError where the platform does not answer or refuses. */
export async function runSuiteLive(
  target: Target,
  files: readonly SuiteFile[],
  options: SuiteOptions,
): Promise<readonly LiveFile[]> {
  const todo = files.flatMap((file) => file.scenarios.scenarios.map((scenario) => ({ file, scenario })));
  const done = new Map<Scenario, LiveCase>();
  const queue = todo.values();
  const work = async (): Promise<void> => {
    for (const { file, scenario } of queue) {
      const one = await runCase(target, file, scenario, options);
      done.set(scenario, one);
      options.ended?.(one);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, work));
  return files.map((file) => ({
    file,
    cases: file.scenarios.scenarios.flatMap((scenario) => done.get(scenario) ?? []),
  }));
}

/** Every run has a name of its own: no two meet. */
export async function runCase(
  target: Target,
  file: SuiteFile,
  scenario: Scenario,
  options: SuiteOptions,
): Promise<LiveCase> {
  const run = randomBytes(RUN_ID_BYTES).toString('hex');
  const planned = await planLive(file, scenario, { id: run, now: options.clock.now() }, options);
  if ('refusals' in planned) return { scenario, outcome: 'skipped', refusals: planned.refusals };
  await options.started?.();
  if ('broken' in planned) return { scenario, outcome: 'broken', why: planned.broken };
  const result = await runLive(target, planned.plan, { run, ...options });
  const outcome = result.differences.length === 0 ? 'passed' : 'failed';
  return { scenario, outcome, result, otherVersions: otherVersions(file, result) };
}

/** Definitions that run there in another version than stands beside the scenarios. */
function otherVersions({ machines }: SuiteFile, result: LiveResult): readonly string[] {
  const here = new Map<string, string>(machines.map(({ name, hash }) => [name, hash]));
  return [...result.machines].filter(([name, hash]) => here.get(name) !== hash).map(([name]) => name);
}
