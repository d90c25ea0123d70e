/** What was written in both directions, on disk, newest kept: what a provider's log would show. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { open, type Database, type RootDatabase } from 'lmdb';
import type { Address } from '../../channels/brands.ts';

/** Entries kept; the oldest go first. Of 1 KiB each: 10 MiB. */
const MAX_ENTRIES = 10_000;

export interface RecordedMessage {
  /** 1, 2, 3 … */
  readonly number: number;
  readonly direction: 'out' | 'in';
  /** RFC 3339. */
  readonly at: string;
  /** The person. */
  readonly address: Address;
  /** As it was rendered, or as the person wrote it. */
  readonly text: string;
  /** `<conversation>/m<n>`, of ours only. */
  readonly message?: string;
  /** SMS. */
  readonly segments?: number;
  readonly encoding?: 'GSM-7' | 'UCS-2';
  /** E-mail. */
  readonly subject?: string;
  readonly html?: string;
}

export interface RecordedQuery {
  /** Numbers above it. */
  readonly after: number;
  readonly most: number;
  readonly address?: Address | undefined;
}

export class RecordedLog {
  readonly #environment: RootDatabase;
  readonly #entries: Database<RecordedMessage, number>;
  /** Event id → number */
  readonly #numbers: Database<number, string>;
  /** Number → event id, to forget both together. */
  readonly #ids: Database<string, number>;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    // `overlappingSync: false`: a write resolves only when it is on the disk.
    this.#environment = open({ path: join(folder, 'recorded.mdb'), overlappingSync: false });
    this.#entries = this.#environment.openDB({ name: 'entries', encoding: 'json' });
    this.#numbers = this.#environment.openDB({ name: 'numbers', encoding: 'json' });
    this.#ids = this.#environment.openDB({ name: 'ids', encoding: 'json' });
  }

  /** Resolves with its number once durable. An event that is there already keeps its entry. */
  append(eventId: string, draft: Omit<RecordedMessage, 'number'>): Promise<number> {
    return this.#environment.transaction(() => {
      const known = this.#numbers.get(eventId);
      if (known !== undefined) return known;
      const number = this.last() + 1;
      void this.#entries.put(number, { ...draft, number });
      void this.#numbers.put(eventId, number);
      void this.#ids.put(number, eventId);
      this.#forget(number - MAX_ENTRIES);
      return number;
    });
  }

  /** Oldest first. */
  read({ after, most, address }: RecordedQuery): readonly RecordedMessage[] {
    const found: RecordedMessage[] = [];
    for (const { value } of this.#entries.getRange({ start: after + 1 })) {
      if (found.length >= most) break;
      if (address === undefined || value.address === address) found.push(value);
    }
    return found;
  }

  last(): number {
    for (const number of this.#entries.getKeys({ reverse: true, limit: 1 })) return number;
    return 0;
  }

  async close(): Promise<void> {
    await this.#environment.close();
  }

  #forget(number: number): void {
    const id = this.#ids.get(number);
    if (id === undefined) return;
    void this.#entries.remove(number);
    void this.#ids.remove(number);
    void this.#numbers.remove(id);
  }
}
