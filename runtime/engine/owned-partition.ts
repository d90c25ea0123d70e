import { BrokerError, type BrokerErrorCode } from '../broker/errors.ts';
import { sleep, type Clock } from '../clock.ts';
import type { LoopLog } from './loop-log.ts';
import { addStats, noStats, type LoopStats } from './loop-stats.ts';
import { NEVER_OWNED, untilNeeded, type Nap } from './nap.ts';
import type { NapTable } from './nap-table.ts';
import { PartitionLoop, type PartitionLoopOptions } from './partition-loop.ts';

/** Waits between attempts to acquire or re-acquire; doubled up to the maximum. */
const BACKOFF_FIRST_MS = 250;
const BACKOFF_MAX_MS = 30_000;

/** Where the broker answers, but a former owner keeps writing: it is fenced off at any moment. */
const BUSY_BACKOFF_MAX_MS = 1_000;

/** When a loop is closed although its partition is this worker's. */
export interface Rest {
  /** Nothing has come for so long, and nothing will be due for as long. */
  readonly afterMs: number;
  readonly naps: Pick<NapTable, 'get' | 'put'>;
}

export interface OwnedPartitionOptions extends Omit<PartitionLoopOptions, 'owner' | 'survived' | 'isResumed'> {
  readonly newOwner: () => string;
  /** Awaited after another owner has fenced this one off. Default: no wait beyond the usual. */
  readonly standBack?: () => Promise<void>;
  /** Whether another worker that is there says that it holds the partition. Default: none. */
  readonly isHeldElsewhere?: () => boolean;
  /** Default: the loop stays open. */
  readonly rest?: Rest | undefined;
}

/**
 * Keeps one loop of a partition running for as long as this worker is responsible for it: acquires it, and when the
 * ownership ends (fenced, broker gone, disk full) closes everything, waits, and acquires it again. Where there is nothing
 * to do, everything is closed too, until there is.
 */
export class OwnedPartition {
  readonly #options: OwnedPartitionOptions;
  readonly #clock: Clock;
  readonly #log: LoopLog;
  readonly #running: Promise<void>;
  readonly #stopping: Promise<undefined>;
  #loop: PartitionLoop | undefined;
  #isAsleep = false;
  #stop: () => void = () => undefined;
  #stopped = false;
  /** Epoch of the last ownership. */
  #survived: number | undefined;
  readonly #past = noStats();
  #present = noStats();

  constructor(options: OwnedPartitionOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#stopping = new Promise((resolve) => {
      this.#stop = () => {
        resolve(undefined);
      };
    });
    this.#running = this.#run();
  }

  /** Stepping at this moment, or about to as soon as there is anything to step. */
  get isOwned(): boolean {
    return this.#loop !== undefined || this.#isAsleep;
  }

  /** There is nothing to do, and the loop is closed. */
  get isAsleep(): boolean {
    return this.#isAsleep;
  }

  /** Over all ownerships of this process. */
  get stats(): LoopStats {
    const total = { ...this.#past };
    addStats(total, this.#present);
    return total;
  }

  async #run(): Promise<void> {
    const { source } = this.#options;
    let backoffMs = BACKOFF_FIRST_MS;
    let complained = false;
    let nap = await this.#napFound();
    while (!this.#stopped) {
      const slept = nap;
      if (slept) await this.#sleep(slept);
      if (this.#isStopped()) return;
      nap = undefined;
      let ended: unknown;
      try {
        const loop = await this.#open(slept);
        this.#log.info(
          { loop: source, epoch: loop.epoch, recovered: loop.stats.recordsRecovered },
          'partition acquired',
        );
        backoffMs = BACKOFF_FIRST_MS;
        complained = false;
        nap = await this.#stay(loop);
        ended = await loop.ended;
        if (ended) this.#log.warn({ loop: source, err: ended }, 'partition lost: acquiring it again');
      } catch (error) {
        ended = error;
        this.#isAsleep = false;
        if (!complained) this.#log.warn({ loop: source, err: error }, 'partition not acquired: trying until it is');
        complained = true;
      }
      if (nap) continue;
      if (this.#isStopped()) return;
      if (hasCode(ended, 'producer-fenced')) await Promise.race([this.#options.standBack?.(), this.#stopping]);
      await Promise.race([sleep(this.#clock, backoffMs), this.#stopping]);
      backoffMs = Math.min(backoffMs * 2, hasCode(ended, 'producer-busy') ? BUSY_BACKOFF_MAX_MS : BACKOFF_MAX_MS);
    }
  }

  /** Where nothing was done since the loop of this worker fell asleep, or ever, it need not be opened. */
  async #napFound(): Promise<Nap | undefined> {
    const { rest, source, broker, journalTopic, checkpointsTopic } = this.#options;
    if (!rest) return undefined;
    try {
      const journalEnd = await broker.admin.lastMessageId(journalTopic);
      if (journalEnd !== undefined) {
        const nap = rest.naps.get(source);
        return nap?.journalEnd === journalEnd ? nap : undefined;
      }
      // A journal may also be empty because checkpoints hold all that it said.
      return (await broker.admin.lastMessageId(checkpointsTopic)) === undefined ? NEVER_OWNED : undefined;
    } catch {
      // Whoever opens the loop waits for the broker.
      return undefined;
    }
  }

  async #sleep(nap: Nap): Promise<void> {
    const { broker, feeds, isHeldElsewhere, standBack } = this.#options;
    this.#isAsleep = true;
    await untilNeeded(nap, { broker, feeds, clock: this.#clock, stopping: this.#stopping });
    // Who takes over from an owner that is asleep fences nobody off.
    if (isHeldElsewhere?.() !== true) return;
    this.#isAsleep = false;
    await Promise.race([standBack?.(), this.#stopping]);
  }

  async #open(slept: Nap | undefined): Promise<PartitionLoop> {
    const { newOwner, broker, journalTopic } = this.#options;
    const isUndisturbed =
      slept && this.#survived !== undefined && (await broker.admin.lastMessageId(journalTopic)) === slept.journalEnd;
    return PartitionLoop.open({
      ...this.#options,
      owner: newOwner(),
      survived: this.#survived,
      isResumed: isUndisturbed === true,
    });
  }

  /** Until the ownership ends; resolves with what to wait for where it is for want of anything to do. */
  async #stay(loop: PartitionLoop): Promise<Nap | undefined> {
    const { rest, source } = this.#options;
    addStats(this.#past, this.#present);
    this.#present = loop.stats;
    this.#survived = loop.epoch;
    this.#loop = loop;
    this.#isAsleep = false;
    const idleness = rest && loop.idleness(rest.afterMs);
    const isIdle = idleness?.reached.then(() => true);
    const isToRest = await Promise.race([loop.ended, this.#stopping, ...(isIdle ? [isIdle] : [])]);
    idleness?.stop();
    if (isToRest !== true) {
      this.#loop = undefined;
      await loop.close();
      return undefined;
    }
    const nap = await loop.fallAsleep();
    this.#loop = undefined;
    this.#isAsleep = nap !== undefined;
    // Where it cannot be kept, a restart opens the loop.
    if (nap) await rest?.naps.put(source, nap).catch(() => undefined);
    return nap;
  }

  #isStopped(): boolean {
    return this.#stopped;
  }

  /** Finishes what is in flight and gives the partition up. */
  async close(): Promise<void> {
    this.#stopped = true;
    this.#stop();
    await this.#running;
  }
}

function hasCode(error: unknown, code: BrokerErrorCode): boolean {
  return error instanceof BrokerError && error.code === code;
}
