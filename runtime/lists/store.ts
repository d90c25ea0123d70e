/** Contact lists on disk. A list and its file change in one transaction: nobody sees one without the other. */
import type { Database } from 'lmdb';
import type { BroadcastDatabase } from '../broadcasts/database.ts';

export interface ContactList {
  readonly name: string;
  /** Lines that name somebody who can be reached. */
  readonly people: number;
  readonly skipped: number;
  /** Beside those that say where and how people are reached: the inputs that it can give. */
  readonly columns: readonly string[];
  /** ISO 3166 code of phone numbers without `+`. */
  readonly country?: string;
  readonly bytes: number;
  /** RFC 3339. */
  readonly putAt: string;
}

export class ListStore {
  readonly #database: BroadcastDatabase;
  readonly #lists: Database<ContactList, string>;
  readonly #files: Database<Buffer, string>;

  constructor(database: BroadcastDatabase) {
    this.#database = database;
    this.#lists = database.openDB({ name: 'lists', encoding: 'json' });
    this.#files = database.openDB({ name: 'list-files', encoding: 'binary' });
  }

  /** By name. */
  all(): readonly ContactList[] {
    return [...this.#lists.getRange().map(({ value }) => value)];
  }

  get(name: string): ContactList | undefined {
    return this.#lists.get(name);
  }

  fileOf(name: string): Buffer | undefined {
    return this.#files.get(name);
  }

  /** In place of one of the same name. Resolves, once durable, with false where there are `most` others already. */
  put(list: ContactList, csv: Buffer, most: number): Promise<boolean> {
    return this.#database.transaction(() => {
      if (!this.get(list.name) && this.#lists.getCount() >= most) return false;
      void this.#lists.put(list.name, list);
      void this.#files.put(list.name, csv);
      return true;
    });
  }

  /** False where there is none. */
  delete(name: string): Promise<boolean> {
    return this.#database.transaction(() => {
      if (!this.get(name)) return false;
      void this.#lists.remove(name);
      void this.#files.remove(name);
      return true;
    });
  }
}
