import { sleep, type Clock } from '../clock.ts';
import { PartitionLoop, type LoopLog, type LoopStats, type PartitionLoopOptions } from './partition-loop.ts';

/** Waits between attempts to acquire or re-acquire; doubled up to the maximum. */
const BACKOFF_FIRST_MS = 250;
const BACKOFF_MAX_MS = 30_000;

export interface OwnedPartitionOptions extends Omit<PartitionLoopOptions, 'owner'> {
  readonly newOwner: () => string;
}

/**
 * Keeps one partition's loop running for as long as this worker is responsible for it: acquires it, and when the
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
    while (!this.#stopped) {
      try {
        const loop = await PartitionLoop.open({ ...this.#options, owner: this.#options.newOwner() });
        this.#loop = loop;
        this.#log.info(
          { loop: source, epoch: loop.epoch, recovered: loop.stats.recordsRecovered },
          'partition acquired',
        );
        backoffMs = BACKOFF_FIRST_MS;
        complained = false;
        const error = await Promise.race([loop.ended, this.#stopping]);
        this.#loop = undefined;
        this.#past = [...this.#past, loop.stats];
        await loop.close();
        if (error) this.#log.warn({ loop: source, err: error }, 'partition lost: acquiring it again');
      } catch (error) {
        if (!complained) this.#log.warn({ loop: source, err: error }, 'partition not acquired: trying until it is');
        complained = true;
      }
      if (this.#isStopped()) return;
      await Promise.race([sleep(this.#clock, backoffMs), this.#stopping]);
      backoffMs = Math.min(backoffMs * 2, BACKOFF_MAX_MS);
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
