/** Bytes of messages in one commit: enough to saturate the disk, little enough to bound memory and latency. */
export const COMMIT_BYTES_MAX: number = 1024 * 1024;

/**
 * Of one tenant, where others commit too: they wait for the whole of a commit, and then for whatever readers make of it.
 * Small, since a reply takes two commits one after the other.
 */
export const TENANT_SHARE_BYTES: number = 32 * 1024;

/** A tenant counts for so long after its last message. Not less than a reply takes: its next commit is on the way. */
const PRESENT_MS = 100;

/** And for so many commits, which take long on a slow disk: one under way, and the two of a reply. */
const PRESENT_COMMITS = 4;

/** Of a tenant's contributions, one for each topic of a commit, about the last ten count: most with more left behind. */
const MEMORY_CONTRIBUTIONS = 10;
const BUSY_FROM = 0.5;

interface Sharer {
  /** Whose messages it adds; undefined where it adds none. */
  readonly tenant?: string;
}

interface Presence {
  readonly ms: number;
  /** Number of the commit. */
  readonly commit: number;
  /** Of its last contributions, those to commits for which it had more than it might add: 0 none, 1 all. */
  readonly excess: number;
}

/** How much of a commit is whose: all of it a tenant's that is alone, a small share of it each one's where there are several. */
export class CommitShares {
  /** When each tenant that counts was last there. */
  readonly #last = new Map<string, Presence>();
  #commits = 0;

  /** For a commit that begins now, with these. */
  begin(due: readonly Sharer[], nowMs: number): CommitRoom {
    this.#commits += 1;
    const commit = this.#commits;
    for (const { tenant } of due) {
      if (tenant !== undefined)
        this.#last.set(tenant, { ms: nowMs, commit, excess: this.#last.get(tenant)?.excess ?? 0 });
    }
    if (this.#last.size > 1) this.#forget(nowMs);
    return new CommitRoom(this.#last.size > 1);
  }

  /** `taking`: whose each contribution to the commit that has begun is. `hasMore`: who has more than it might add. */
  begun(taking: Iterable<string>, hasMore: ReadonlySet<string>): void {
    for (const tenant of taking) {
      const last = this.#last.get(tenant);
      if (!last) continue;
      const excess = last.excess + ((hasMore.has(tenant) ? 1 : 0) - last.excess) / MEMORY_CONTRIBUTIONS;
      this.#last.set(tenant, { ...last, excess });
    }
  }

  /** The tenants that take all they can get, while others are there that do not. */
  busy(): ReadonlySet<string> {
    const busy = [...this.#last].flatMap(([tenant, { excess }]) => (excess >= BUSY_FROM ? [tenant] : []));
    return new Set(busy.length < this.#last.size ? busy : []);
  }

  #forget(nowMs: number): void {
    for (const [tenant, { ms, commit }] of this.#last) {
      if (nowMs - ms > PRESENT_MS && this.#commits - commit > PRESENT_COMMITS) this.#last.delete(tenant);
    }
  }
}

/** What one commit still has room for, in bytes of messages. */
export class CommitRoom {
  readonly #isShared: boolean;
  readonly #taken = new Map<string, number>();
  #left = COMMIT_BYTES_MAX;

  constructor(isShared: boolean) {
    this.#isShared = isShared;
  }

  for({ tenant }: Sharer): number {
    if (!this.#isShared || tenant === undefined) return this.#left;
    return Math.min(this.#left, TENANT_SHARE_BYTES - (this.#taken.get(tenant) ?? 0));
  }

  take({ tenant }: Sharer, bytes: number): void {
    this.#left -= bytes;
    if (tenant !== undefined) this.#taken.set(tenant, (this.#taken.get(tenant) ?? 0) + bytes);
  }
}
