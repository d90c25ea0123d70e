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

interface Sharer {
  /** Whose messages it adds; undefined where it adds none. */
  readonly tenant?: string;
}

interface Presence {
  readonly ms: number;
  /** Number of the commit. */
  readonly commit: number;
}

/** How much of a commit is whose: all of it a tenant's that is alone, a small share of it each one's where there are several. */
export class CommitShares {
  /** When each tenant that counts was last there. */
  readonly #last = new Map<string, Presence>();
  #commits = 0;

  /** For a commit that begins now, with these. */
  begin(due: readonly Sharer[], nowMs: number): CommitRoom {
    this.#commits += 1;
    const present = { ms: nowMs, commit: this.#commits };
    for (const { tenant } of due) if (tenant !== undefined) this.#last.set(tenant, present);
    if (this.#last.size > 1) this.#forget(present);
    return new CommitRoom(this.#last.size > 1);
  }

  #forget({ ms, commit }: Presence): void {
    for (const [tenant, last] of this.#last) {
      if (ms - last.ms > PRESENT_MS && commit - last.commit > PRESENT_COMMITS) this.#last.delete(tenant);
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
