import type { Random } from './random.ts';
import { SortedTable, type Key } from './sorted-table.ts';

export interface Change {
  readonly table: SortedTable;
  readonly key: Key;
  readonly value: unknown;
}

export interface Commit {
  readonly apply: (environment: Environment) => unknown;
  readonly settle: (outcome: { readonly value: unknown } | { readonly error: Error }) => void;
}

/** What LMDB keeps in one folder: tables, commits on their way to them, and what a crash leaves of these. */
export class Environment {
  readonly tables: Map<string, SortedTable> = new Map();
  readonly waiting: Commit[] = [];
  isFull = false;
  /** Commits that find the disk full for a moment. */
  commitsToFail = 0;
  #isFullNow = false;
  /** What takes back the commits that the machine could still lose, the oldest first. */
  #unsynced: Change[][] = [];
  #undoing: Change[] = [];

  table(name: string): SortedTable {
    let table = this.tables.get(name);
    if (!table) this.tables.set(name, (table = new SortedTable()));
    return table;
  }

  change({ table, key, value }: Change): void {
    this.#undoing.push({ table, key, value: table.get(key) });
    table.set(key, value);
  }

  /** Carries out the oldest commit that waits. */
  commitNext(): void {
    const commit = this.waiting.shift();
    if (!commit) return;
    if (this.isFull || this.commitsToFail > 0) {
      this.commitsToFail = Math.max(0, this.commitsToFail - 1);
      this.#isFullNow = true;
      const cause = Object.assign(new Error('No space left on device'), { code: 28 });
      const error = Object.assign(new Error('Commit failed'), { commitError: Promise.reject(cause) });
      error.commitError.catch(() => undefined);
      commit.settle({ error });
      return;
    }
    const value = commit.apply(this);
    this.#unsynced.push(this.#undoing);
    this.#undoing = [];
    commit.settle({ value });
  }

  /** Whether there is no room; asked after a commit failed for it, there is none. */
  hasNoRoom(): boolean {
    const hasNone = this.isFull || this.#isFullNow;
    this.#isFullNow = false;
    return hasNone;
  }

  sync(): void {
    this.#unsynced = [];
  }

  /** A commit that nobody had word of may have taken place or not. */
  crash(random: Random, isMachine: boolean): void {
    const carriedOut = random.below(this.waiting.length + 1);
    for (let left = carriedOut; left > 0; left--) this.commitNext();
    this.waiting.splice(0);
    this.isFull = false;
    this.commitsToFail = 0;
    const lost = isMachine ? random.below(this.#unsynced.length + 1) : 0;
    for (let left = lost; left > 0; left--) {
      for (const { table, key, value } of (this.#unsynced.pop() ?? []).toReversed()) table.set(key, value);
    }
    this.sync();
  }

  copy(): Environment {
    const copy = new Environment();
    for (const [name, table] of this.tables) copy.tables.set(name, table.copy());
    return copy;
  }
}
