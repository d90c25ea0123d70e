/**
 * What each person and the company wrote, durably: one numbered list a person, append-only, capped. It is what a
 * browser reads after a reload or a lost connection, and what tells a message sent twice from two messages.
 */
import type { Database, RootDatabase } from 'lmdb';
import type { Address } from '../../channels/brands.ts';
import { MAX_ENTRY_AGE_MS, MAX_MAILBOX_ENTRIES } from './limits.ts';

export interface Entry {
  /** 1, 2, 3 … within the mailbox. */
  readonly number: number;
  readonly from: 'person' | 'company';
  /** The browser's id of a person's message, the event id of the company's: unique within the mailbox. */
  readonly id: string;
  readonly text: string;
  /** What the person saw on the quick reply that they chose. */
  readonly label?: string | undefined;
  readonly choices?: readonly { readonly label: string; readonly value: string }[] | undefined;
  /** Pictures and files that go with it. */
  readonly media?: readonly { readonly url: string; readonly alt?: string }[] | undefined;
  readonly atMs: number;
  /** The company's only: `<conversation>/m<n>`, and the conversation. */
  readonly message?: string | undefined;
  readonly correlationid?: string | undefined;
  /** The person has seen it: noted, or also stated as `message.read`. */
  readonly read?: 'noted' | 'stated' | undefined;
}

interface Head {
  /** Number of the newest entry, and of the oldest kept. */
  readonly last: number;
  readonly first: number;
  /** Every company's entry up to this number was reported as delivered. */
  readonly deliveredUpTo: number;
}

const EMPTY: Head = { last: 0, first: 1, deliveredUpTo: 0 };

export class Mailboxes {
  readonly #environment: RootDatabase;
  readonly #heads: Database<Head, string>;
  readonly #entries: Database<Entry, [string, number]>;
  /** [address, entry id] → number */
  readonly #numbers: Database<number, [string, string]>;

  constructor(environment: RootDatabase) {
    this.#environment = environment;
    this.#heads = environment.openDB({ name: 'heads', encoding: 'json' });
    this.#entries = environment.openDB({ name: 'entries', encoding: 'json' });
    this.#numbers = environment.openDB({ name: 'numbers', encoding: 'json' });
  }

  /** Resolves once durable. An entry whose id is there already is left as it is: `added` is false. */
  append(address: Address, draft: Omit<Entry, 'number'>): Promise<{ readonly entry: Entry; readonly added: boolean }> {
    return this.#environment.transaction(() => {
      const known = this.find(address, draft.id);
      if (known) return { entry: known, added: false };
      const head = this.#head(address);
      const entry: Entry = { ...draft, number: head.last + 1 };
      void this.#entries.put([address, entry.number], entry);
      void this.#numbers.put([address, entry.id], entry.number);
      const first = this.#trim(address, { ...head, last: entry.number }, draft.atMs);
      void this.#heads.put(address, { ...head, last: entry.number, first });
      return { entry, added: true };
    });
  }

  find(address: Address, id: string): Entry | undefined {
    const number = this.#numbers.get([address, id]);
    return number === undefined ? undefined : this.#entries.get([address, number]);
  }

  last(address: Address): number {
    return this.#head(address).last;
  }

  /** Entries above number `after`, oldest first. */
  since(address: Address, after: number, nowMs: number): readonly Entry[] {
    return this.#range(address, after + 1, this.#head(address).last).filter((entry) => !isStale(entry, nowMs));
  }

  /** The company's entries up to number `upTo` that were not yet reported as delivered. */
  undelivered(address: Address, upTo: number): readonly Entry[] {
    const head = this.#head(address);
    return this.#range(address, head.deliveredUpTo + 1, Math.min(upTo, head.last)).filter(
      ({ from }) => from === 'company',
    );
  }

  /** Resolves once durable. */
  async markDelivered(address: Address, upTo: number): Promise<void> {
    await this.#environment.transaction(() => {
      const head = this.#head(address);
      const deliveredUpTo = Math.min(upTo, head.last);
      if (deliveredUpTo > head.deliveredUpTo) void this.#heads.put(address, { ...head, deliveredUpTo });
    });
  }

  /**
   * The person has seen these: resolves, once that is durable, with all of the company's entries that were seen and not
   * yet stated as read. Numbers that are not there are passed over.
   */
  async noteRead(address: Address, numbers: readonly number[]): Promise<readonly Entry[]> {
    await this.#environment.transaction(() => {
      for (const entry of this.#at(address, numbers)) {
        if (entry.read === undefined) this.#put(address, { ...entry, read: 'noted' });
      }
    });
    const { first, last } = this.#head(address);
    return this.#range(address, first, last).filter(({ read }) => read === 'noted');
  }

  /** Resolves once durable. */
  async markRead(address: Address, numbers: readonly number[]): Promise<void> {
    await this.#environment.transaction(() => {
      for (const entry of this.#at(address, numbers)) this.#put(address, { ...entry, read: 'stated' });
    });
  }

  /** All entries go; those that come later go on counting, so that no tab passes one over. Resolves once durable. */
  async empty(address: Address): Promise<void> {
    await this.#environment.transaction(() => {
      const head = this.#head(address);
      this.#drop(this.#range(address, head.first, head.last), address);
      const { last } = head;
      if (last > 0) void this.#heads.put(address, { last, first: last + 1, deliveredUpTo: last });
    });
  }

  async remove(address: Address): Promise<void> {
    await this.#environment.transaction(() => {
      const head = this.#head(address);
      this.#drop(this.#range(address, head.first, head.last), address);
      void this.#heads.remove(address);
    });
  }

  #at(address: Address, numbers: readonly number[]): readonly Entry[] {
    return numbers
      .map((number) => this.#entries.get([address, number]))
      .filter((entry) => entry !== undefined && entry.from === 'company') as readonly Entry[];
  }

  #put(address: Address, entry: Entry): void {
    void this.#entries.put([address, entry.number], entry);
  }

  #head(address: Address): Head {
    return this.#heads.get(address) ?? EMPTY;
  }

  #range(address: Address, from: number, to: number): readonly Entry[] {
    return [...this.#entries.getRange({ start: [address, from], end: [address, to + 1] }).map(({ value }) => value)];
  }

  /** Drops what is beyond the cap or too old; returns the oldest number left. */
  #trim(address: Address, head: Head, nowMs: number): number {
    const beyond = head.last - MAX_MAILBOX_ENTRIES;
    const dropped: Entry[] = [];
    for (let number = head.first; number < head.last; number++) {
      const entry = this.#entries.get([address, number]);
      if (entry !== undefined && number > beyond && !isStale(entry, nowMs)) break;
      if (entry !== undefined) dropped.push(entry);
    }
    this.#drop(dropped, address);
    return (dropped.at(-1)?.number ?? head.first - 1) + 1;
  }

  #drop(entries: readonly Entry[], address: Address): void {
    for (const { number, id } of entries) {
      void this.#entries.remove([address, number]);
      void this.#numbers.remove([address, id]);
    }
  }
}

function isStale(entry: Entry, nowMs: number): boolean {
  return entry.atMs < nowMs - MAX_ENTRY_AGE_MS;
}
