/** Plays the configured scenarios on the running platform, again and again, and states what came of each. */
import { randomUUID } from 'node:crypto';
import type { TenantName } from '../../channels/brands.ts';
import { ParlanceError } from '../../channels/error.ts';
import { runCase, type LiveCase } from '../black-box/suite.ts';
import type { Target } from '../black-box/target.ts';
import type { Broker } from '../broker/port.ts';
import type { Clock } from '../clock.ts';
import type { Publisher } from '../events/publisher.ts';
import type { Log } from '../log.ts';
import { loadSuite, type SuiteFile } from '../project/suite.ts';
import type { Scenario } from '../../dsl/scenario/scenario.ts';
import type { ProbeResults } from './results.ts';
import { inTurn } from './turn.ts';

/** Of the interval: processes that start together do not probe together. */
const JITTER = 0.1;
/** Of the interval: whoever was left out asks again within it, so that each process knows how the platform does. */
const TURN_WAIT = 0.1;
const QUIET_MS = 2_000;
/** In production nobody waits for a definition's own delays. */
const LONGEST_WAIT_MS = 10_000;

export interface ProberOptions {
  readonly broker: Broker;
  readonly tenant: TenantName;
  readonly target: Target;
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly results: ProbeResults;
  readonly paths: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to 1. Default: random. */
  readonly random?: () => number;
}

export class Prober {
  readonly #options: ProberOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;
  /** What was said of them is not said again. */
  #skipped = '';

  constructor(options: ProberOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** What is under way is given up: it says nothing of the platform. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { intervalMs, random = Math.random, log } = this.#options;
    let waitMs = intervalMs * JITTER * random();
    while (await this.#wait(waitMs)) {
      let wasLeftOut = false;
      try {
        wasLeftOut = !(await this.probe());
      } catch (error) {
        if (!this.#stopping.signal.aborted) log.error({ err: error }, 'could not probe; tried again at the next time');
      }
      const share = wasLeftOut ? (TURN_WAIT * (1 + random())) / 2 : 1 + JITTER * (2 * random() - 1);
      waitMs = intervalMs * share;
    }
  }

  /** False once it is to stop. */
  async #wait(ms: number): Promise<boolean> {
    if (this.#stopping.signal.aborted) return false;
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    return !this.#stopping.signal.aborted;
  }

  /** All scenarios once, one after another. False where another process is at it. */
  async probe(): Promise<boolean> {
    const { broker, tenant, paths, results, log } = this.#options;
    return inTurn(broker, tenant, async () => {
      const { files, unreadable, diagnostics } = await loadSuite(paths);
      const problems = [...unreadable, ...diagnostics.map(({ file, line, message }) => `${file}:${line}: ${message}`)];
      if (problems.length > 0) log.error({ problems }, 'scenarios to probe with can not be read');
      results.problems = problems.length;
      const todo = files.flatMap((file) => file.scenarios.scenarios.map((scenario) => ({ file, scenario })));
      // Of those that can not be read it has to be seen that they do not pass any more.
      if (problems.length === 0) results.keepOnly(todo.map(({ file, scenario }) => namesOf(file, scenario)));
      const skipped: string[] = [];
      for (const { file, scenario } of todo) {
        if (this.#stopping.signal.aborted) return;
        skipped.push(...(await this.#probeOne(file, scenario)));
      }
      if (skipped.join() !== this.#skipped && skipped.length > 0) {
        log.warn({ scenarios: skipped }, 'scenarios that can not run on a running platform are not probed');
      }
      this.#skipped = skipped.join();
    });
  }

  /** Why it was skipped, where it was. */
  async #probeOne(file: SuiteFile, scenario: Scenario): Promise<readonly string[]> {
    const { publisher, results, clock, log } = this.#options;
    const names = namesOf(file, scenario);
    const stated = { probe: `p-${randomUUID()}`, ...names };
    const begun = clock.now();
    const outcome = await this.#outcomeOf(file, scenario, () =>
      publisher.publish('operations', { type: 'probe.started', data: stated }),
    );
    if (this.#stopping.signal.aborted) return [];
    if ('skipped' in outcome) return outcome.skipped;
    const durationMs = clock.now() - begun;
    results.add({ ...names, hasPassed: outcome.failure === undefined, durationMs }, clock.now());
    if (!outcome.failure) {
      await publisher.publish('operations', { type: 'probe.passed', data: { ...stated, durationMs } });
      return [];
    }
    log.warn({ ...names, ...outcome.failure }, 'a probe failed');
    await publisher.publish('operations', {
      type: 'probe.failed',
      data: { ...stated, durationMs, ...outcome.failure },
    });
    return [];
  }

  async #outcomeOf(file: SuiteFile, scenario: Scenario, started: () => Promise<unknown>): Promise<Outcome> {
    const { target, timeoutMs, clock } = this.#options;
    const { signal } = this.#stopping;
    try {
      const { describesPeople } = await target.abilities();
      const limits = {
        ...{ timeoutMs, quietMs: QUIET_MS, longestWaitMs: LONGEST_WAIT_MS },
        ...{ isAskingData: false, timePasses: false, describesPeople },
      };
      return outcomeOf(file, await runCase(target, file, scenario, { ...limits, clock, signal, started }));
    } catch (error) {
      // Whatever it is, the other scenarios are probed nevertheless.
      const code = error instanceof ParlanceError ? { code: error.code as string } : {};
      return {
        failure: {
          missing: [],
          unexpected: [],
          ...code,
          reason: error instanceof Error ? error.message : String(error),
        },
      };
    }
  }
}

interface Failure {
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  readonly differences?: readonly object[];
  readonly code?: string;
  readonly reason?: string;
}

type Outcome = { readonly failure: Failure | undefined } | { readonly skipped: readonly string[] };

function outcomeOf(file: SuiteFile, one: LiveCase): Outcome {
  if (one.outcome === 'skipped') {
    return { skipped: one.refusals.map(({ line, reason }) => `${file.scenarios.path}:${line}: ${reason}`) };
  }
  if (one.outcome === 'broken') {
    const { line, reason } = one.why;
    return { failure: { missing: [], unexpected: [], reason: `${file.scenarios.path}:${line}: ${reason}` } };
  }
  const { differences, rejections } = one.result;
  if (one.outcome === 'passed') return { failure: undefined };
  const ofKind = (kind: string) => differences.filter((one) => one.kind === kind).map(({ what }) => what);
  const why = [...rejections, ...one.otherVersions.map((name) => `another version of ${name} is in force`)];
  return {
    failure: {
      ...{ missing: ofKind('missing'), unexpected: ofKind('unexpected'), differences },
      ...(why.length > 0 && { reason: why.join('; ') }),
    },
  };
}

function namesOf(
  { scenarios }: SuiteFile,
  { title }: Scenario,
): { readonly definition: string; readonly scenario: string } {
  return { definition: scenarios.about, scenario: title };
}
