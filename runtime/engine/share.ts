import type { Clock } from '../clock.ts';
import type { Sharing } from '../workers/workers.ts';
import type { OwnedPartition } from './owned-partition.ts';
import type { LoopLog } from './loop-log.ts';
import { noStats, type LoopStats } from './loop-stats.ts';

/** How long a worker that is there may take to give a partition up before it is taken all the same. */
const HANDOVER_MAX_MS = 10_000;

/** What the loops of a partition ask of other workers. */
export interface Others {
  /** Once this worker was fenced off: resolves when nobody else that is there holds the partition. */
  readonly standBack: () => Promise<void>;
  /** Whether another that is there says that it holds the partition. */
  readonly isHeldElsewhere: () => boolean;
}

export interface ShareOptions {
  readonly sharing: Sharing;
  readonly partition: number;
  readonly clock: Clock;
  readonly log: LoopLog;
  /** Begins to acquire: the router's loop, and the one that steps contacts. */
  readonly open: (others: Others) => PartitionLoops;
}

export interface PartitionLoops {
  readonly router: OwnedPartition;
  readonly contacts: OwnedPartition;
}

/**
 * One partition, for as long as it is this worker's by assignment. It is taken once its former owner says that it has
 * given it up, or is dead; and given up with all work done, so that the next owner finds nothing to repeat.
 */
export class Share {
  readonly #options: ShareOptions;
  readonly #running: Promise<void>;
  readonly #stopping: Promise<void>;
  #stop: () => void = () => undefined;
  #loops: PartitionLoops | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ShareOptions) {
    this.#options = options;
    this.#stopping = new Promise((resolve) => {
      this.#stop = resolve;
    });
    this.#running = this.#run();
  }

  /** Both loops step, or are about to as soon as there is anything to step. */
  get isOwned(): boolean {
    const { router, contacts } = this.#loops ?? {};
    return router?.isOwned === true && contacts?.isOwned === true;
  }

  /** Neither loop has anything to do. */
  get isAsleep(): boolean {
    const { router, contacts } = this.#loops ?? {};
    return router?.isAsleep === true && contacts?.isAsleep === true;
  }

  /** Being given up. A call, because it changes while something is awaited, which TypeScript does not see. */
  isClosing(): boolean {
    return this.#closing !== undefined;
  }

  /** Of the loop that steps contacts. */
  get stats(): LoopStats {
    return this.#loops?.contacts.stats ?? noStats();
  }

  async #run(): Promise<void> {
    if (!(await this.#isOurTurn())) return;
    const { sharing, partition, open } = this.#options;
    this.#loops = open({
      standBack: () => this.#standBack(),
      isHeldElsewhere: () => sharing.isHeldElsewhere(partition),
    });
  }

  /** Resolves false where the partition is to be given up before. */
  async #isOurTurn(): Promise<boolean> {
    const { sharing, partition, clock, log } = this.#options;
    const since = clock.now();
    const isOverdue = (): boolean => clock.now() - since >= HANDOVER_MAX_MS;
    for (;;) {
      const isFree = sharing.when(() => this.isClosing() || isOverdue() || !sharing.isHeldElsewhere(partition));
      await Promise.race([isFree, this.#stopping]);
      if (this.isClosing()) return false;
      const isFirst = await Promise.race([sharing.claim(partition), this.#stopping]);
      if (this.isClosing()) return false;
      if (isFirst === true) return true;
      if (isOverdue()) {
        log.warn({ partition }, 'partition not given up in time: taking it');
        return true;
      }
      sharing.release(partition);
    }
  }

  /** Whoever fenced us off says so with its next beat. As long as it is there, taking the partition back would be a quarrel. */
  async #standBack(): Promise<void> {
    const { sharing, partition } = this.#options;
    await sharing.heardAll();
    await sharing.when(() => this.isClosing() || !sharing.isHeldElsewhere(partition));
  }

  /** Finishes what is in flight and gives the partition up. The router first: nothing new is targeted meanwhile. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { sharing, partition } = this.#options;
    this.#stop();
    await this.#running;
    await this.#loops?.router.close();
    await this.#loops?.contacts.close();
    sharing.release(partition);
  }
}
