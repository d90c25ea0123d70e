import type { TenantName } from '../../channels/brands.ts';
import type { Clock } from '../clock.ts';
import type { NewEvent } from '../events/publisher.ts';
import type { SinkMetrics } from '../store/sink/sink.ts';
import type { Store } from '../store/port.ts';
import { Departures, WINDOWS_RECALLED, type Change, type Departure } from './departures.ts';
import { GRACE_MS, firstEventTime, measure, openDepartures } from './measures.ts';
import { Normals, WEEKS_LEARNED } from './normal.ts';
import { SampleTable } from './sample-table.ts';
import type { Sample } from './sample.ts';
import { DAY_MS, HOUR_MS, WEEK_MS, windowStart, WINDOW_MS } from './window.ts';

/** What is older is sampled, to be learned from, and tells nobody anything new. */
const JUDGED_WITHIN_MS = HOUR_MS;

export interface BaselineLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface BaselineOptions {
  readonly tenant: TenantName;
  readonly store: Pick<Store, 'database' | 'insert' | 'query'>;
  readonly sink: { settled(): Promise<unknown>; metrics(): Pick<SinkMetrics, 'owner'> };
  /** Onto the channel `operations`. */
  readonly publish: (event: NewEvent) => Promise<unknown>;
  readonly clock: Clock;
  readonly log: BaselineLog;
}

interface Following {
  readonly departures: Departures;
  normals: Normals;
  learnedMs: number;
  /** Start of the next window to be sampled. */
  nextMs: number;
}

/**
 * Samples a tenant's stream every five minutes, learns from the samples what is usual, and states when it departs from
 * that, and when it is back. Runs where the tenant's sink is the owner; whatever it has to know is in the store, so that
 * the next owner goes on where this one ended.
 */
export class Baseline {
  readonly #options: BaselineOptions;
  readonly #table: SampleTable;
  #following: Following | undefined;
  #running: Promise<void> = Promise.resolve();
  readonly #stopping: Promise<void>;
  #stop: () => void = () => undefined;
  #stopped = false;
  #wake: () => void = () => undefined;
  #isFailing = false;

  constructor(options: BaselineOptions) {
    this.#options = options;
    this.#table = new SampleTable(options.store, options.tenant);
    this.#stopping = new Promise((resolve) => {
      this.#stop = resolve;
    });
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Departures that have not ended. */
  get open(): readonly Departure[] {
    return this.#following?.departures.open ?? [];
  }

  /** Lets what is under way finish. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stop();
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { log, tenant } = this.#options;
    await this.#pause();
    while (!this.#isStopped()) {
      try {
        await this.look();
        this.#isFailing = false;
      } catch (error) {
        // What was told is in the store or on its way there; the windows are measured again.
        this.#following = undefined;
        if (!this.#isFailing && !this.#isStopped()) log.warn({ tenant, err: error }, 'the baseline can not be sampled');
        this.#isFailing = true;
      }
      await this.#pause();
    }
  }

  /** Samples and judges all windows that have ended. Rejects where store or broker do not answer. */
  async look(): Promise<void> {
    const { clock, sink } = this.#options;
    if (!sink.metrics().owner) {
      this.#following = undefined;
      return;
    }
    // While the store is away that takes as long as it is.
    await Promise.race([sink.settled(), this.#stopping]);
    if (this.#isStopped()) return;
    const nowMs = clock.now();
    const upToMs = windowStart(nowMs - GRACE_MS);
    const following = (this.#following ??= await this.#begin(nowMs));
    while (following.nextMs < upToMs && !this.#isStopped()) {
      const toMs = Math.min(following.nextMs + DAY_MS, upToMs);
      await this.#sample(following, toMs, nowMs);
    }
    if (nowMs - following.learnedMs >= DAY_MS) await this.#learn(following, nowMs);
  }

  async #begin(nowMs: number): Promise<Following> {
    const { store, tenant } = this.#options;
    const earliestMs = windowStart(nowMs - WEEKS_LEARNED * WEEK_MS);
    const newest = await this.#table.newest();
    const nextMs = newest === undefined ? await firstEventTime(store, tenant, earliestMs) : newest + WINDOW_MS;
    const departures = new Departures(await openDepartures(store, tenant, earliestMs));
    const following: Following = {
      ...{ departures, normals: Normals.learn([], nowMs), learnedMs: -Infinity },
      nextMs: Math.max(earliestMs, windowStart(nextMs ?? nowMs)),
    };
    const known = await this.#learn(following, nowMs);
    const recalledMs = following.nextMs - WINDOWS_RECALLED * WINDOW_MS;
    const windows = byWindow(known.filter(({ startMs }) => startMs >= recalledMs));
    for (let startMs = recalledMs; startMs < following.nextMs; startMs += WINDOW_MS) {
      departures.recall(startMs, windows.get(startMs) ?? [], following.normals);
    }
    return following;
  }

  async #learn(following: Following, nowMs: number): Promise<readonly Sample[]> {
    const samples = await this.#table.since(nowMs - WEEKS_LEARNED * WEEK_MS);
    following.normals = Normals.learn(samples, nowMs);
    // A past that has only just been sampled is learned from next.
    following.learnedMs = following.nextMs < nowMs - DAY_MS ? -Infinity : nowMs;
    return samples;
  }

  async #sample(following: Following, toMs: number, nowMs: number): Promise<void> {
    const { store, tenant } = this.#options;
    const samples = await measure(store, tenant, following.nextMs, toMs);
    const windows = byWindow(samples);
    for (let startMs = following.nextMs; startMs < toMs; startMs += WINDOW_MS) {
      if (startMs + WINDOW_MS < nowMs - JUDGED_WITHIN_MS) continue;
      const changes = following.departures.follow(startMs, windows.get(startMs) ?? [], following.normals);
      for (const change of changes) await this.#state(change);
    }
    // Last: what breaks off before is measured and judged again, and stated under the same ids.
    await this.#table.add(samples);
    following.nextMs = toMs;
  }

  async #state(change: Change): Promise<void> {
    const { publish, log, tenant } = this.#options;
    const { kind, departure } = change;
    const { series, direction, sinceMs } = departure;
    const since = isoTime(sinceMs);
    const data = { series: series.name, kind: series.kind, direction, since, ...toldOf(change) };
    const id = `baseline/${series.kind}/${series.name}/${since}/${kind}`;
    await publish({ type: `baseline.${kind}`, id, partitionkey: `${series.kind}/${series.name}`, data });
    if (kind === 'departed') log.warn({ tenant, ...data }, 'the stream is not as usual');
    else if (kind === 'returned') log.info({ tenant, ...data }, 'the stream is as usual again');
    else log.info({ tenant, ...data }, 'nothing more can be said of what was not as usual');
  }

  /** A call, because it changes while something is awaited, which TypeScript does not see. */
  #isStopped(): boolean {
    return this.#stopped;
  }

  /** Until the present window has ended and what belongs to it has come. */
  #pause(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    const nowMs = this.#options.clock.now();
    const nextMs = windowStart(nowMs - GRACE_MS) + WINDOW_MS + GRACE_MS;
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(nextMs - nowMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

const ENDED = 'too few events for a day to say anything';

function toldOf(change: Change): object {
  if (change.kind === 'ended') return { window: isoTime(change.startMs), reason: ENDED };
  const { startMs, value, expected, low, high, distance } = change.judgement;
  return { window: isoTime(startMs), value, expected, low, high, distance };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function byWindow(samples: readonly Sample[]): ReadonlyMap<number, readonly Sample[]> {
  const windows = new Map<number, Sample[]>();
  for (const sample of samples) {
    const own = windows.get(sample.startMs);
    if (own) own.push(sample);
    else windows.set(sample.startMs, [sample]);
  }
  return windows;
}
