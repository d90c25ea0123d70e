/** Broadcasts on disk: what each is, how far it has come, and what is still to be stated about it. */
import type { Database } from 'lmdb';
import type { Address, EventId, MachineHash } from '../../channels/brands.ts';
import type { Recipient } from './audience.ts';
import type { BroadcastDatabase } from './database.ts';
import { MAX_ENDED } from './limits.ts';

/** `missed`: a schedule came due, and nobody was targeted. */
export type BroadcastState = 'running' | 'paused' | 'completed' | 'cancelled' | 'missed';

/** Which start of the definition it is for. */
export interface BroadcastSchedule {
  readonly list: string;
  /** Time of day, `09:00`. */
  readonly at: string;
}

export interface Broadcast {
  readonly name: string;
  readonly definition: string;
  readonly version: string;
  /** Fixed when it was requested: the inputs were checked against it. */
  readonly machine: MachineHash;
  readonly state: BroadcastState;
  readonly perSecond: number;
  /** What the customer calls the audience. */
  readonly audience: string;
  readonly recipients: number;
  readonly skipped: number;
  /** Items of its list that are durably published. */
  readonly position: number;
  /** RFC 3339. */
  readonly requestedAt: string;
  readonly endedAt?: string;
  /**
   * Over how many partitions of the channel its items are spread, however many there are later: an item that is published
   * again has to meet the first. Absent in those of earlier versions.
   */
  readonly partitions?: number;
  /** Of its targets and skips; their sequence is their place in the list. Never used again. */
  readonly source: string;
  /** Of what was missed: why nobody was targeted. */
  readonly reason?: string;
  /** Where the platform sends it by itself. */
  readonly schedule?: BroadcastSchedule;
  /** To be published, oldest first, before anything else is done. */
  readonly statements: readonly Statement[];
}

/** An event about the broadcast itself. */
export interface Statement {
  readonly id: EventId;
  readonly type: string;
  readonly data: object;
}

/** Somebody to start the definition with, or to state as left out. */
export type Item = ({ readonly kind: 'target' } & Recipient) | SkipItem;

export interface SkipItem {
  readonly kind: 'skip';
  readonly address: Address;
  readonly reason: string;
}

/** Items written in one transaction: it holds the store's only lock. */
const ITEMS_AT_ONCE = 5_000;

export class BroadcastStore {
  readonly #environment: BroadcastDatabase;
  readonly #broadcasts: Database<Broadcast, string>;
  readonly #items: Database<Item, [source: string, index: number]>;

  constructor(environment: BroadcastDatabase) {
    this.#environment = environment;
    this.#broadcasts = this.#environment.openDB({ name: 'broadcasts', encoding: 'json' });
    this.#items = this.#environment.openDB({ name: 'items', encoding: 'json' });
  }

  /** Newest first; of the same instant, in the order of their names. */
  all(): readonly Broadcast[] {
    const byName = [...this.#broadcasts.getRange().map(({ value }) => value)];
    return byName.toSorted((one, other) => Date.parse(other.requestedAt) - Date.parse(one.requestedAt));
  }

  get(name: string): Broadcast | undefined {
    return this.#broadcasts.get(name);
  }

  /** False where the name is taken. Items first: a broadcast that is there is complete. */
  async add(broadcast: Broadcast, items: readonly Item[]): Promise<boolean> {
    if (this.get(broadcast.name)) return false;
    // Left by an attempt that failed half-way: a schedule's source is the same at the next.
    await this.#dropItems(broadcast.source);
    for (let start = 0; start < items.length; start += ITEMS_AT_ONCE) {
      await this.#environment.transaction(() => {
        items.slice(start, start + ITEMS_AT_ONCE).forEach((item, offset) => {
          void this.#items.put([broadcast.source, start + offset], item);
        });
      });
    }
    const added = await this.#environment.transaction(() => {
      if (this.get(broadcast.name)) return false;
      void this.#broadcasts.put(broadcast.name, broadcast);
      return true;
    });
    if (!added) await this.#dropItems(broadcast.source);
    return added;
  }

  /** Resolves, once durable, with what is stored then: `change` sees the newest, and returns it where nothing changes. */
  update(name: string, change: (present: Broadcast) => Broadcast): Promise<Broadcast | undefined> {
    return this.#environment.transaction(() => {
      const present = this.get(name);
      if (!present) return undefined;
      const next = change(present);
      if (next !== present) void this.#broadcasts.put(name, next);
      return next;
    });
  }

  items({ source }: Broadcast, from: number, most: number): readonly Item[] {
    const range = this.#items.getRange({ start: [source, from], end: [source, from + most] });
    return [...range.map(({ value }) => value)];
  }

  /** Removes the people of an ended broadcast, and the oldest of too many ended ones. May be repeated. */
  async tidy(ended: Broadcast): Promise<void> {
    await this.#dropItems(ended.source);
    const past = this.all().filter(({ endedAt }) => endedAt !== undefined);
    await this.#environment.transaction(() => {
      for (const { name } of past.slice(MAX_ENDED)) void this.#broadcasts.remove(name);
    });
  }

  /** Items of a request that a crash cut short belong to no broadcast. */
  async dropOrphans(): Promise<void> {
    const live = new Set(
      this.all()
        .filter(({ endedAt }) => endedAt === undefined)
        .map(({ source }) => source),
    );
    const orphans = new Set<string>();
    for (const [source] of this.#items.getKeys()) if (!live.has(source)) orphans.add(source);
    for (const source of orphans) await this.#dropItems(source);
  }

  async #dropItems(source: string): Promise<void> {
    const start: [string, number] = [source, 0];
    const end: [string, number] = [source, Number.MAX_SAFE_INTEGER];
    for (;;) {
      const removed = await this.#environment.transaction(() => {
        const keys = [...this.#items.getKeys({ start, end, limit: ITEMS_AT_ONCE })];
        for (const key of keys) void this.#items.remove(key);
        return keys.length;
      });
      if (removed < ITEMS_AT_ONCE) return;
    }
  }
}
