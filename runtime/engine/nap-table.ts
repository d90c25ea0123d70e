import { open, type Database, type RootDatabase } from 'lmdb';
import type { Nap } from './nap.ts';

/**
 * The last nap of each loop of this worker, by the loop's source, so that a restart need not open what has nothing to do.
 * It may be lost or outdated at any time: a nap counts only where the journal still ends as it says.
 */
export class NapTable {
  readonly #root: RootDatabase;
  readonly #naps: Database<Nap, string>;

  constructor(folder: string) {
    this.#root = open({ path: folder, maxDbs: 2, noMemInit: true });
    this.#naps = this.#root.openDB({ name: 'naps', encoding: 'json' });
  }

  get(loop: string): Nap | undefined {
    return this.#naps.get(loop);
  }

  async put(loop: string, nap: Nap): Promise<void> {
    await this.#naps.put(loop, nap);
  }

  async close(): Promise<void> {
    await this.#root.close();
  }
}
