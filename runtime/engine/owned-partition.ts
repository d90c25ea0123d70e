import { BrokerError, type BrokerErrorCode } from '../broker/errors.ts';
import { sleep, type Clock } from '../clock.ts';
import type { LoopLog } from './loop-log.ts';
import type { LoopStats } from './loop-stats.ts';
import { PartitionLoop, type PartitionLoopOptions } from './partition-loop.ts';

/** Waits between attempts to acquire or re-acquire; doubled up to the maximum. */
const BACKOFF_FIRST_MS = 250;
const BACKOFF_MAX_MS = 30_000;

/** Where the broker answers, but a former owner keeps writing: it is fenced off at any moment. */
const BUSY_BACKOFF_MAX_MS = 1_000;

export interface OwnedPartitionOptions extends Omit<PartitionLoopOptions, 'owner' | 'survived'> {
  readonly newOwner: () => string;
  /** Awaited after another owner has fenced this one off. Default: no wait beyond the usual. */
  readonly standBack?: () => Promise<void>;
}

/**
 * Keeps one loop of a partition running for as long as this worker is responsible for it: acquires it, and when the
 * ownership ends (fenced, broker gone, disk full) closes everything, waits, and acquires it again.
 */
export class OwnedPartition {
  readonly #options: OwnedPartitionOptions;
  readonly #clock: Clock;
  readonly #log: LoopLog;
  readonly #running: Promise<void>;
  readonly #stopping: Promise<undefined>;
  #loop: PartitionLoop | undefined;
  #stop: () => void = () => undefined;
  #stopped = false;
  #past: readonly LoopStats[] = [];

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

  /** Stepping at this moment. */
  get isOwned(): boolean {
    return this.#loop !== undefined;
  }

  /** Of every ownership of this process, the present one last. */
  get stats(): readonly LoopStats[] {
    return this.#loop ? [...this.#past, this.#loop.stats] : this.#past;
  }

  async #run(): Promise<void> {
    const { source } = this.#options;
    let backoffMs = BACKOFF_FIRST_MS;
    let complained = false;
    let survived: number | undefined;
    while (!this.#stopped) {
      let ended: unknown;
      try {
        const loop = await PartitionLoop.open({ ...this.#options, owner: this.#options.newOwner(), survived });
        this.#loop = loop;
        survived = loop.epoch;
        this.#log.info(
          { loop: source, epoch: loop.epoch, recovered: loop.stats.recordsRecovered },
          'partition acquired',
        );
        backoffMs = BACKOFF_FIRST_MS;
        complained = false;
        ended = await Promise.race([loop.ended, this.#stopping]);
        this.#loop = undefined;
        this.#past = [...this.#past, loop.stats];
        await loop.close();
        if (ended) this.#log.warn({ loop: source, err: ended }, 'partition lost: acquiring it again');
      } catch (error) {
        ended = error;
        if (!complained) this.#log.warn({ loop: source, err: error }, 'partition not acquired: trying until it is');
        complained = true;
      }
      if (this.#isStopped()) return;
      if (hasCode(ended, 'producer-fenced')) await Promise.race([this.#options.standBack?.(), this.#stopping]);
      await Promise.race([sleep(this.#clock, backoffMs), this.#stopping]);
      backoffMs = Math.min(backoffMs * 2, hasCode(ended, 'producer-busy') ? BUSY_BACKOFF_MAX_MS : BACKOFF_MAX_MS);
    }
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
