/**
 * Rows go into the embedded engine through a file: a statement with the rows in its text costs it far more, even into a
 * table that keeps nothing.
 */
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PackedEvents } from './packed-events.ts';
import type { Rows } from './port.ts';
import { quoteText } from './quote.ts';

/** Of a store's folder: rows on their way into a table. */
const FOLDER = 'incoming';

/** Rows. */
const WRITTEN_AT_ONCE = 1000;

export class Infile {
  readonly #folder: string;
  #written = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** The store's folder is this process's alone: whatever lies there was left by one that was killed. */
  static async open(storeFolder: string): Promise<Infile> {
    const folder = join(storeFolder, FOLDER);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    return new Infile(folder);
  }

  /** `insert` gets the statement that reads the rows; they are gone once it settles. */
  async insert(table: string, rows: Rows, insert: (statement: string) => Promise<unknown>): Promise<void> {
    const path = join(this.#folder, (++this.#written).toString());
    const from = `FROM INFILE ${quoteText(path)}`;
    try {
      if (rows instanceof PackedEvents) {
        await writeBlocks(path, rows.native);
        await insert(`INSERT INTO ${table} (${PackedEvents.columns.join(', ')}) ${from} FORMAT Native`);
      } else {
        await writeJson(path, [...rows]);
        await insert(`INSERT INTO ${table} ${from} FORMAT JSONEachRow`);
      }
    } finally {
      await rm(path, { force: true });
    }
  }
}

async function writeBlocks(path: string, blocks: readonly Buffer[]): Promise<void> {
  const file = await open(path, 'wx');
  try {
    const { bytesWritten } = await file.writev(blocks);
    const bytes = blocks.reduce((sum, { length }) => sum + length, 0);
    if (bytesWritten !== bytes) throw new Error(`of ${bytes} bytes ${bytesWritten} were written to ${path}`);
  } finally {
    await file.close();
  }
}

/** As one array, in parts: others have turns in between. */
async function writeJson(path: string, rows: readonly object[]): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for (let at = 0; at < rows.length; at += WRITTEN_AT_ONCE) {
      const part = JSON.stringify(rows.slice(at, at + WRITTEN_AT_ONCE));
      await file.write(`${at === 0 ? '[' : ','}${part.slice(1, -1)}`);
    }
    await file.write(']');
  } finally {
    await file.close();
  }
}
