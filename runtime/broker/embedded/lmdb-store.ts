import { statfsSync } from 'node:fs';
import { open, type Database, type RootDatabase } from 'lmdb';
import { BrokerError } from '../errors.ts';
import { TABLES, type Entry, type Range, type Store, type Table, type Write } from './store.ts';

/**
 * Disk space that publishing leaves alone, so that what frees space (acknowledgements, deletions) can still commit:
 * a copy-on-write commit needs pages before it gives any back. Bytes.
 */
export const DISK_RESERVE_BYTES: number = 16 * 1024 * 1024;

/** Copy-on-write, page rounding and the free list: what a commit may write for each byte of messages. */
const WRITE_AMPLIFICATION = 2;

/** LMDB reports a short write as EIO (5), a full disk as ENOSPC (28), a full map as MDB_MAP_FULL. */
const FULL_CODES: ReadonlySet<number> = new Set([5, 28, -30792]);

type BufferTable = Database<Buffer, Buffer>;

export class LmdbStore implements Store {
  readonly #folder: string;
  readonly #root: RootDatabase<Buffer, Buffer>;
  readonly #tables: Readonly<Record<Table, BufferTable>>;

  constructor(folder: string) {
    this.#folder = folder;
    // overlappingSync off: the promise of a commit resolves after fdatasync, not before.
    this.#root = open<Buffer, Buffer>({
      path: folder,
      noSubdir: false,
      overlappingSync: false,
      encoding: 'binary',
      keyEncoding: 'binary',
      maxDbs: TABLES.length + 1,
    });
    const openTable = (name: Table): BufferTable =>
      this.#root.openDB<Buffer, Buffer>(name, { encoding: 'binary', keyEncoding: 'binary' });
    this.#tables = Object.fromEntries(TABLES.map((name) => [name, openTable(name)])) as Record<Table, BufferTable>;
  }

  get(table: Table, key: Buffer): Buffer | undefined {
    return this.#tables[table].getBinary(key);
  }

  range(table: Table, range: Range): readonly Entry[] {
    return [...this.#tables[table].getRange(lmdbRange(range)).map(({ key, value }) => ({ key, value }))];
  }

  keys(table: Table, range: Range): readonly Buffer[] {
    return [...this.#tables[table].getKeys(lmdbRange(range))];
  }

  async commit(writes: readonly Write[]): Promise<void> {
    try {
      await this.#root.batch(() => {
        // Inside a batch these return a settled promise; the batch's own says whether the commit succeeded.
        for (const { table, key, value } of writes) {
          if (value) void this.#tables[table].put(key, value);
          else void this.#tables[table].remove(key);
        }
      });
    } catch (error) {
      throw await this.#explain(error);
    }
  }

  hasRoomFor(bytes: number): boolean {
    const needed = DISK_RESERVE_BYTES + WRITE_AMPLIFICATION * bytes;
    return this.#diskBytesLeft() >= needed || this.#freedBytes() >= needed;
  }

  async close(): Promise<void> {
    await this.#root.close();
  }

  #diskBytesLeft(): number {
    const { bavail, bsize } = statfsSync(this.#folder);
    return bavail * bsize;
  }

  /** Pages of the file that hold nothing: the file never shrinks, but what was deleted is written over. */
  #freedBytes(): number {
    const { lastPageNumber, pageSize } = this.#root.getStats() as { lastPageNumber: number; pageSize: number };
    let used = 0;
    for (const table of [this.#root, ...Object.values(this.#tables)]) {
      const stats = table.getStats() as Record<'treeBranchPageCount' | 'treeLeafPageCount' | 'overflowPages', number>;
      used += stats.treeBranchPageCount + stats.treeLeafPageCount + stats.overflowPages;
    }
    return (lastPageNumber + 1 - used) * pageSize;
  }

  /** lmdb says "Commit failed" and gives the cause in a promise of its own, which also has to be handled. */
  async #explain(error: unknown): Promise<BrokerError> {
    const pending = (error as { commitError?: Promise<unknown> }).commitError;
    const cause: unknown = await (pending ?? Promise.reject(error as Error)).catch((reason: unknown) => reason);
    const { code } = cause as { code?: number };
    if (code !== undefined && FULL_CODES.has(code) && this.#diskBytesLeft() < DISK_RESERVE_BYTES) {
      return storageFull(this.#folder, { cause });
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new BrokerError('broker-refused', `writing to ${this.#folder} failed: ${reason}`, { cause });
  }
}

export function storageFull(folder: string, options?: ErrorOptions): BrokerError {
  return new BrokerError(
    'storage-full',
    `the disk of ${folder} is full: nothing more is accepted until ${DISK_RESERVE_BYTES / 1024 / 1024} MiB and what is to be written are free`,
    options,
  );
}

function lmdbRange({ from, before, backwards, limit }: Range): object {
  const bounds = backwards
    ? { start: before, end: from, reverse: true, exclusiveStart: true, inclusiveEnd: true }
    : { start: from, end: before };
  return limit === undefined ? bounds : { ...bounds, limit };
}
