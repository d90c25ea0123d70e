/**
 * Stands in for `lmdb` in code under test, with what that uses: tables of simulated disks. As with LMDB, a commit is whole
 * or not there at all; readers see the last one that took place; one resolves only after it did, and unless the
 * environment was opened with `overlappingSync: false` it may still be lost with the machine, though not with the process.
 */
import { deserialize, serialize } from 'node:v8';
import { hub } from '../hub.ts';
import type { Process } from '../process.ts';
import { disks } from '../disks.ts';
import type { Change, Commit, Environment } from '../environment.ts';
import type { SortedTable, Key } from '../sorted-table.ts';

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

/** A file without free pages: only asked for where the disk is full. */
const NO_ROOM = { lastPageNumber: 0, pageSize: 0, treeBranchPageCount: 0, treeLeafPageCount: 0, overflowPages: 0 };

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

  getCount(): number {
    return this.#table.range({}).length;
  }

  drop(): Promise<unknown> {
    const table = this.#table;
    return this.#root.batch(() => {
      for (const [key] of table.range({})) void this.#root.change({ table, key, value: undefined });
    });
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
