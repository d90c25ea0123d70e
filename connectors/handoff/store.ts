/** Hand-offs, what was said in them, and each person's newest messages, on the connector's disk. */
import type { Database, RootDatabase } from 'lmdb';
import { inSlices } from '../in-slices.ts';
import type { Entry, Handoff, NewEntry, Received } from './handoff.ts';
import { MAX_CLOSED_AGE_MS, MAX_ENTRIES, MAX_RECENT, MAX_RECENT_AGE_MS } from './limits.ts';

/** All writes resolve once they are on the disk. Writes about one contact must not overlap. */
export class HandoffStore {
  readonly #environment: RootDatabase;
  readonly #handoffs: Database<Handoff, string>;
  readonly #entries: Database<Entry, [conversation: string, number: number]>;
  readonly #recent: Database<Received, [contact: string, number: number]>;
  /** Those that are open, again in memory: they are looked up at every message. */
  readonly #open = new Map<string, Handoff>();
  readonly #openByContact = new Map<string, Set<string>>();

  constructor(environment: RootDatabase) {
    this.#environment = environment;
    this.#handoffs = environment.openDB({ name: 'handoffs', encoding: 'json' });
    this.#entries = environment.openDB({ name: 'entries', encoding: 'json' });
    this.#recent = environment.openDB({ name: 'recent', encoding: 'json' });
    for (const { value } of this.#handoffs.getRange()) this.#index(value);
  }

  find(conversation: string): Handoff | undefined {
    return this.#open.get(conversation) ?? this.#handoffs.get(conversation);
  }

  /** Those open, in no order. */
  openIn(queue: string): readonly Handoff[] {
    return [...this.#open.values()].filter((handoff) => handoff.queue === queue);
  }

  openOf(contact: string): readonly Handoff[] {
    return [...(this.#openByContact.get(contact) ?? [])].flatMap((conversation) => this.#open.get(conversation) ?? []);
  }

  /** In order. `after`: those with a higher number. */
  entries(conversation: string, after = 0): readonly Entry[] {
    const range = { start: [conversation, after + 1], end: [conversation, Number.MAX_SAFE_INTEGER] } as const;
    return [...this.#entries.getRange({ start: [...range.start], end: [...range.end] })].map(({ value }) => value);
  }

  /** Replaces an earlier hand-off of the same conversation, and what was said in it. */
  async begin(handoff: Handoff, entries: readonly NewEntry[]): Promise<void> {
    const { conversation } = handoff;
    await this.#environment.transaction(() => {
      for (const { number } of this.entries(conversation)) void this.#entries.remove([conversation, number]);
      for (const [index, entry] of entries.entries()) {
        void this.#entries.put([conversation, index + 1], { number: index + 1, ...entry });
      }
      void this.#handoffs.put(conversation, handoff);
    });
    this.#index(handoff);
  }

  async update(handoff: Handoff): Promise<void> {
    await this.#handoffs.put(handoff.conversation, handoff);
    this.#index(handoff);
  }

  /** The entry with its number; the one that is there where it was appended before. */
  async append(conversation: string, entry: NewEntry): Promise<Entry> {
    const present = this.entries(conversation);
    const known = present.find(({ id }) => id === entry.id);
    if (known) return known;
    const number = (present.at(-1)?.number ?? 0) + 1;
    const added = { number, ...entry };
    await this.#environment.transaction(() => {
      void this.#entries.put([conversation, number], added);
      for (const { number: old } of present.slice(0, present.length + 1 - MAX_ENTRIES)) {
        void this.#entries.remove([conversation, old]);
      }
    });
    return added;
  }

  /** A person's newest messages, in order. */
  recent(contact: string): readonly Received[] {
    return this.#recentOf(contact).map(({ value }) => value);
  }

  async addRecent(contact: string, message: Received): Promise<void> {
    const present = this.#recentOf(contact);
    if (present.some(({ value }) => value.id === message.id)) return;
    const number = (present.at(-1)?.key[1] ?? 0) + 1;
    await this.#environment.transaction(() => {
      void this.#recent.put([contact, number], message);
      for (const { key } of present.slice(0, present.length + 1 - MAX_RECENT)) void this.#recent.remove(key);
    });
  }

  /** Everything about a contact. */
  async erase(contact: string): Promise<void> {
    const conversations = [...this.#handoffs.getRange()].filter(({ value }) => value.contact === contact);
    await this.#environment.transaction(() => {
      for (const { key } of this.#recentOf(contact)) void this.#recent.remove(key);
      for (const { key } of conversations) this.#remove(key);
    });
    for (const { value } of conversations) this.#unindex(value);
  }

  /** As far as it gets before `stopping` is aborted. */
  async forgetOld(nowMs: number, stopping: AbortSignal): Promise<void> {
    for await (const rows of inSlices(this.#handoffs, stopping)) {
      const over = rows.filter(({ value }) => isOver(value, nowMs));
      await this.#inOne(over, (key) => {
        // Looked at again: it may have been handed off once more meanwhile.
        if (isOver(this.#handoffs.get(key), nowMs)) this.#remove(key);
      });
    }
    for await (const rows of inSlices(this.#recent, stopping)) {
      const old = rows.filter(({ value }) => isOld(value, nowMs));
      await this.#inOne(old, (key) => {
        if (isOld(this.#recent.get(key), nowMs)) void this.#recent.remove(key);
      });
    }
  }

  async close(): Promise<void> {
    await this.#environment.close();
  }

  #recentOf(contact: string): readonly { readonly key: [string, number]; readonly value: Received }[] {
    return [...this.#recent.getRange({ start: [contact, 0], end: [contact, Number.MAX_SAFE_INTEGER] })];
  }

  /** In one transaction, where there are any. */
  async #inOne<Key>(rows: readonly { readonly key: Key }[], act: (key: Key) => void): Promise<void> {
    if (rows.length === 0) return;
    await this.#environment.transaction(() => {
      for (const { key } of rows) act(key);
    });
  }

  /** Within a transaction. */
  #remove(conversation: string): void {
    for (const { number } of this.entries(conversation)) void this.#entries.remove([conversation, number]);
    void this.#handoffs.remove(conversation);
  }

  #index(handoff: Handoff): void {
    this.#unindex(handoff);
    if (handoff.closed) return;
    this.#open.set(handoff.conversation, handoff);
    const ofContact = this.#openByContact.get(handoff.contact) ?? new Set();
    this.#openByContact.set(handoff.contact, ofContact.add(handoff.conversation));
  }

  #unindex({ conversation, contact }: Handoff): void {
    this.#open.delete(conversation);
    const ofContact = this.#openByContact.get(contact);
    ofContact?.delete(conversation);
    if (ofContact?.size === 0) this.#openByContact.delete(contact);
  }
}

function isOver(handoff: Handoff | undefined, nowMs: number): boolean {
  return handoff?.closed !== undefined && nowMs - Date.parse(handoff.closed.at) > MAX_CLOSED_AGE_MS;
}

function isOld(message: Received | undefined, nowMs: number): boolean {
  return message !== undefined && nowMs - Date.parse(message.time) > MAX_RECENT_AGE_MS;
}
