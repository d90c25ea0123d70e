/**
 * Stands in for `lmdb` in code under test, with what that uses: tables of simulated disks. As with LMDB, a commit is whole
 * or not there at all; readers see the last one that took place; one resolves only after it did, and unless the
 * environment was opened with `overlappingSync: false` it may still be lost with the machine, though not with the process.
 */
import { deserialize, serialize } from 'node:v8';
import { hub } from './hub.ts';
import type { Process } from './process.ts';
import type { Random } from './random.ts';
import { SortedTable, type Key } from './sorted-table.ts';

type Encoding = 'binary' | 'json' | 'msgpack';

interface TableOptions {
  readonly name?: string;
  readonly encoding?: Encoding;
}

interface OpenOptions {
  readonly path: string;
  readonly overlappingSync?: boolean;
}

interface RangeOptions {
  readonly start?: Key;
  readonly end?: Key;
  readonly reverse?: boolean;
  readonly exclusiveStart?: boolean;
  readonly inclusiveEnd?: boolean;
  readonly limit?: number;
}

interface Change {
  readonly table: SortedTable;
  readonly key: Key;
  readonly value: unknown;
}

interface Commit {
  readonly apply: (environment: Environment) => unknown;
  readonly settle: (outcome: { readonly value: unknown } | { readonly error: Error }) => void;
}

/** What LMDB keeps in one folder. */
class Environment {
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

/** A file without free pages: only asked for where the disk is full. */
const NO_ROOM = { lastPageNumber: 0, pageSize: 0, treeBranchPageCount: 0, treeLeafPageCount: 0, overflowPages: 0 };

export type DiskSnapshot = ReadonlyMap<string, Environment>;

/** All disks of the world, by path: `/NAME/…` is a disk of the process NAME. */
class Disks {
  #environments = new Map<string, Environment>();

  at(path: string): Environment {
    let environment = this.#environments.get(path);
    if (!environment) this.#environments.set(path, (environment = new Environment()));
    return environment;
  }

  isFull(path: string): boolean {
    return this.#below(path).some((environment) => environment.hasNoRoom());
  }

  setFull(path: string, isFull: boolean): void {
    for (const environment of this.#below(path)) environment.isFull = isFull;
  }

  /** The next commits find no room. */
  failCommits(path: string, count: number): void {
    for (const environment of this.#below(path)) environment.commitsToFail = count;
  }

  crash(path: string, random: Random, isMachine: boolean): void {
    for (const environment of this.#below(path)) environment.crash(random, isMachine);
  }

  #below(path: string): readonly Environment[] {
    return [...this.#environments].filter(([one]) => one.startsWith(path)).map(([, environment]) => environment);
  }

  snapshot(): DiskSnapshot {
    return new Map([...this.#environments].map(([path, environment]) => [path, environment.copy()]));
  }

  restore(snapshot: DiskSnapshot): void {
    this.#environments = new Map([...snapshot].map(([path, environment]) => [path, environment.copy()]));
  }
}

export const disks: Disks = new Disks();

class Table {
  readonly #root: Root;
  readonly #table: SortedTable;
  readonly #encoding: Encoding;

  constructor(root: Root, table: SortedTable, encoding: Encoding) {
    this.#root = root;
    this.#table = table;
    this.#encoding = encoding;
  }

  get(key: Key): unknown {
    return this.#decode(this.#table.get(key));
  }

  getBinary(key: Key): unknown {
    return this.#table.get(key);
  }

  put(key: Key, value: unknown): Promise<unknown> {
    return this.#root.change({ table: this.#table, key: keep(key), value: this.#encode(value) });
  }

  remove(key: Key): Promise<unknown> {
    return this.#root.change({ table: this.#table, key: keep(key), value: undefined });
  }

  getRange(options: RangeOptions = {}): readonly { readonly key: Key; readonly value: unknown }[] {
    return this.#table.range(options).map(([key, value]) => ({ key, value: this.#decode(value) }));
  }

  getKeys(options: RangeOptions = {}): readonly Key[] {
    return this.#table.range(options).map(([key]) => key);
  }

  clearSync(): void {
    for (const [key] of this.#table.range({})) void this.#root.change({ table: this.#table, key, value: undefined });
  }

  getStats(): object {
    return { ...NO_ROOM };
  }

  #encode(value: unknown): unknown {
    if (this.#encoding === 'binary') return Buffer.from(value as Buffer);
    return this.#encoding === 'json' ? JSON.stringify(value) : serialize(value);
  }

  #decode(value: unknown): unknown {
    if (value === undefined || this.#encoding === 'binary') return value;
    return this.#encoding === 'json' ? JSON.parse(value as string) : deserialize(value as Buffer);
  }
}

/** Whoever puts may use its buffer again. */
function keep(key: Key): Key {
  return key instanceof Buffer ? Buffer.from(key) : key;
}

class Root {
  readonly #environment: Environment;
  readonly #process: Process | undefined;
  readonly #isDurable: boolean;
  /** Changes of the batch that is being stated. */
  #collecting: Change[] | undefined;
  /** Set while a transaction works. */
  #applying: Environment | undefined;

  constructor(environment: Environment, process: Process | undefined, isDurable: boolean) {
    this.#environment = environment;
    this.#process = process;
    this.#isDurable = isDurable;
  }

  openDB(nameOrOptions: string | TableOptions, options: TableOptions = {}): Table {
    const { name = '', encoding = 'msgpack' } =
      typeof nameOrOptions === 'string' ? { ...options, name: nameOrOptions } : nameOrOptions;
    return new Table(this, this.#environment.table(name), encoding);
  }

  /** As lmdb's: reads within `state` see what was committed before, not what it puts. */
  batch(state: () => void): Promise<unknown> {
    const changes: Change[] = [];
    this.#collecting = changes;
    try {
      state();
    } finally {
      this.#collecting = undefined;
    }
    return this.#commit((environment) => {
      for (const change of changes) environment.change(change);
      return true;
    });
  }

  /** As lmdb's: `work` runs when its turn comes, and sees what it puts. */
  transaction(work: () => unknown): Promise<unknown> {
    return this.#commit((environment) => {
      this.#applying = environment;
      try {
        return work();
      } finally {
        this.#applying = undefined;
      }
    });
  }

  change(change: Change): Promise<unknown> {
    if (this.#collecting) this.#collecting.push(change);
    else if (this.#applying) this.#applying.change(change);
    else
      return this.#commit((environment) => {
        environment.change(change);
        return true;
      });
    return Promise.resolve(true);
  }

  getStats(): object {
    return { ...NO_ROOM };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #commit(apply: Commit['apply']): Promise<unknown> {
    const process = this.#process;
    if (!process || process.isDead) return new Promise(() => undefined);
    const environment = this.#environment;
    return new Promise((resolve, reject) => {
      environment.waiting.push({
        apply,
        settle: (outcome) => {
          if (process.isDead) return;
          if ('error' in outcome) reject(outcome.error);
          else resolve(outcome.value);
        },
      });
      process.task('commit', () => {
        environment.commitNext();
        if (this.#isDurable) environment.sync();
        else
          process.clock.after(SYNC_MS, () => {
            environment.sync();
          });
      });
    });
  }
}

/** How long the machine takes to sync what a process need not wait for. */
const SYNC_MS = 50;

export function open({ path, overlappingSync = true }: OpenOptions): Root {
  return new Root(disks.at(path), hub.processOfPath(path), !overlappingSync);
}
