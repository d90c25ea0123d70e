import type { TenantName } from '../../channels/brands.ts';
import type { Clock } from '../clock.ts';
import { assign } from '../workers/assignment.ts';
import type { Sharing } from '../workers/workers.ts';
import type { LoopLog } from './loop-log.ts';
import { addStats, noStats, type LoopStats } from './loop-stats.ts';
import { Share, type PartitionLoops, type Others } from './share.ts';

export interface SharesOptions {
  readonly tenant: TenantName;
  readonly partitions: number;
  readonly sharing: Sharing;
  readonly clock: Clock;
  readonly log: LoopLog;
  readonly open: (partition: number, others: Others) => PartitionLoops;
}

/**
 * This worker's share of a tenant's partitions: takes and gives them up as workers come and go. Who should have what is
 * advice, the same for all once they have heard the same; who has it is decided by the journal's fence alone.
 */
export class Shares {
  readonly #options: SharesOptions;
  readonly #shares = new Map<number, Share>();
  readonly #stopping: Promise<void>;
  #stop: () => void = () => undefined;
  #closed = false;
  #version = -1;
  #assigned: ReadonlySet<number> | undefined;
  readonly #past = noStats();

  constructor(options: SharesOptions) {
    this.#options = options;
    this.#stopping = new Promise((resolve) => {
      this.#stop = resolve;
    });
    void this.#run();
  }

  /** Knows who is there, and steps everything that is its own. */
  get isReady(): boolean {
    const assigned = this.#assigned;
    return assigned !== undefined && [...assigned].every((partition) => this.#shares.get(partition)?.isOwned === true);
  }

  /** Partitions that step here at this moment, or will as soon as there is anything to step. */
  get owned(): number {
    return [...this.#shares.values()].filter(({ isOwned }) => isOwned).length;
  }

  /** Of these, those that have nothing to do, and whose loops are closed. */
  get asleep(): number {
    return [...this.#shares.values()].filter(({ isAsleep }) => isAsleep).length;
  }

  /** Of the contact loops, over all ownerships of this process. */
  get stats(): LoopStats {
    const total = { ...this.#past };
    for (const share of this.#shares.values()) addStats(total, share.stats);
    return total;
  }

  async #run(): Promise<void> {
    const { sharing } = this.#options;
    while (!this.#isClosed()) {
      this.#review();
      await Promise.race([sharing.when(() => this.#closed || sharing.version !== this.#version), this.#stopping]);
    }
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  #review(): void {
    const { tenant, partitions, sharing } = this.#options;
    this.#version = sharing.version;
    const { self, members } = sharing;
    if (members === undefined || this.#closed) return;
    const owners = members.includes(self) ? assign(tenant, partitions, members) : [];
    const assigned = new Set([...owners.keys()].filter((partition) => owners[partition] === self));
    this.#assigned = assigned;
    for (const partition of assigned) if (!this.#shares.has(partition)) this.#take(partition);
    for (const [partition, share] of this.#shares) {
      if (!assigned.has(partition) && !share.isClosing()) void this.#giveUp(partition, share);
    }
  }

  #take(partition: number): void {
    const { sharing, clock, log, open } = this.#options;
    const share = new Share({ sharing, partition, clock, log, open: (others) => open(partition, others) });
    this.#shares.set(partition, share);
  }

  /** It may have become this worker's again meanwhile. */
  async #giveUp(partition: number, share: Share): Promise<void> {
    await share.close();
    this.#shares.delete(partition);
    addStats(this.#past, share.stats);
    this.#review();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stop();
    await Promise.all([...this.#shares.values()].map((share) => share.close()));
    this.#options.sharing.end();
  }
}
