/**
 * What connectors state, on the disk: whole until the broker has it, and then only what a repetition needs, for as long
 * as one may come. A connector repeats a statement, under the same id, when the process died or the connection broke
 * before the request was completed.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { open, type Database, type RootDatabase } from 'lmdb';
import type { Stated, Statement, StatementLog } from '../events/statement-log.ts';

/**
 * How long a confirmed statement is remembered, before the newest one and not before now: a repetition comes soon after
 * the process is back, however long it was away. A day, as long as the store remembers a silent source.
 */
const MEMORY_MS = 24 * 60 * 60 * 1000;

/**
 * How many that are there are looked at, whether they can be forgotten, with each that is added: it takes a third of what
 * is there, so that there is never more than half as much again as what is to be remembered.
 */
const LOOKED_AT_EACH = 4;

interface StatedRecord extends Stated {
  /** When it was added, by the host's clock. */
  readonly atMs: number;
  /** Its place among the pending of its topic; absent once it is confirmed. */
  readonly order?: number;
}

type StatedKey = [publisher: string, id: string];

type PendingKey = [publisher: string, topic: string, order: number];

export class StatementTable {
  readonly #environment: RootDatabase;
  readonly #stated: Database<StatedRecord, StatedKey>;
  readonly #pending: Database<Statement, PendingKey>;
  readonly #now: () => number;
  readonly #openedAtMs: number;
  /** Where the next look begins; undefined: at the beginning. */
  #nextLook: StatedKey | undefined;

  constructor(folder: string, now: () => number) {
    mkdirSync(folder, { recursive: true });
    // `overlappingSync: false`: a write resolves only when it is on the disk.
    this.#environment = open({ path: join(folder, 'statements.mdb'), overlappingSync: false });
    this.#stated = this.#environment.openDB({ name: 'stated', encoding: 'json' });
    // Not JSON: payloads are bytes.
    this.#pending = this.#environment.openDB({ name: 'pending', encoding: 'msgpack' });
    this.#now = now;
    this.#openedAtMs = now();
  }

  /** The log of one publisher: no other may use it at the same time. */
  logOf(publisher: string): StatementLog {
    const orders = new Map<string, number>();
    for (const { key } of this.#pendingOf(publisher)) orders.set(key[1], key[2]);
    return {
      find: (id) => {
        const record = this.#stated.get([publisher, id]);
        return record && { ...record, isConfirmed: record.order === undefined };
      },
      add: async (statement) => {
        const { topic, id } = statement;
        const order = (orders.get(topic) ?? 0) + 1;
        orders.set(topic, order);
        const record = this.#record(statement);
        await this.#environment.transaction(() => {
          void this.#pending.put([publisher, topic, order], statement);
          void this.#stated.put([publisher, id], { ...record, order });
          this.#forgetSome(record.atMs);
        });
      },
      pending: (topic) => this.#pendingOf(publisher, topic).map(({ value }) => value),
      pendingTopics: () => [...new Set(this.#pendingOf(publisher).map(({ key }) => key[1]))],
      confirm: (statement) => {
        // Where it fails, the statement is published once more, and dropped.
        this.#confirm(publisher, statement).catch(() => undefined);
      },
    };
  }

  /** At the start, of what an earlier process left. */
  async forgetOld(): Promise<void> {
    await this.#environment.transaction(() => {
      let newestMs = 0;
      for (const { value } of this.#stated.getRange()) newestMs = Math.max(newestMs, value.atMs);
      for (const { key, value } of this.#stated.getRange()) {
        if (value.order === undefined && value.atMs < newestMs - MEMORY_MS) void this.#stated.remove(key);
      }
    });
  }

  async close(): Promise<void> {
    await this.#environment.close();
  }

  /**
   * Within a transaction. A day after the start whatever was interrupted has been repeated: from then on age alone counts.
   */
  #forgetSome(nowMs: number): void {
    if (nowMs - this.#openedAtMs <= MEMORY_MS) return;
    const start = this.#nextLook === undefined ? {} : { start: this.#nextLook };
    const seen = [...this.#stated.getRange({ ...start, limit: LOOKED_AT_EACH })];
    this.#nextLook = seen.length < LOOKED_AT_EACH ? undefined : seen.at(-1)?.key;
    for (const { key, value } of seen) {
      if (value.order === undefined && value.atMs < nowMs - MEMORY_MS) void this.#stated.remove(key);
    }
  }

  async #confirm(publisher: string, statement: Statement): Promise<void> {
    await this.#environment.transaction(() => {
      const known = this.#stated.get([publisher, statement.id]);
      if (known?.order === undefined) return;
      void this.#pending.remove([publisher, known.topic, known.order]);
      void this.#stated.put([publisher, statement.id], { ...this.#record(statement), atMs: known.atMs });
    });
  }

  #record({ topic, source, sequence, time }: Stated): StatedRecord {
    return { topic, source, sequence, time, atMs: this.#now() };
  }

  /** In the order of topics, and in each in the order of adding. */
  #pendingOf(publisher: string, topic?: string): readonly { readonly key: PendingKey; readonly value: Statement }[] {
    const start = (topic === undefined ? [publisher] : [publisher, topic]) as unknown as PendingKey;
    const found: { readonly key: PendingKey; readonly value: Statement }[] = [];
    for (const { key, value } of this.#pending.getRange({ start })) {
      if (key[0] !== publisher || (topic !== undefined && key[1] !== topic)) break;
      found.push({ key, value });
    }
    return found;
  }
}
