/**
 * Effectively-once, rule 1, on the disk: which requests each connector has completed, per partition and source. One
 * mark (everything up to it is done) and, above it, single completions, because one contact's message may wait for a
 * retry while later ones of others are done.
 */
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { open, type Database, type RootDatabase } from 'lmdb';
import { AppliedMarks, type Completion } from './applied-marks.ts';

/** A source that was silent for so long sends nothing again: 30 days, well above the channels' retention. */
const MAX_SILENCE_MS = 30 * 24 * 60 * 60 * 1000;

interface MarkRecord {
  readonly mark: number;
  readonly atMs: number;
}

type SourceKey = [subscription: string, partition: number, source: string];

export class AppliedTable {
  readonly #environment: RootDatabase;
  readonly #marks: Database<MarkRecord, SourceKey>;
  readonly #above: Database<number, [...SourceKey, number]>;
  /** Requests that failed because nobody serves their connector: when. */
  readonly #unserved: Database<number, string>;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    // `overlappingSync: false`: a write resolves only when it is on the disk.
    this.#environment = open({ path: join(folder, 'applied.mdb'), overlappingSync: false });
    this.#marks = this.#environment.openDB({ name: 'marks', encoding: 'json' });
    this.#above = this.#environment.openDB({ name: 'above', encoding: 'json' });
    this.#unserved = this.#environment.openDB({ name: 'unserved', encoding: 'json' });
  }

  /** What was completed before this process. */
  load(subscription: string, partition: number): AppliedMarks {
    const marks = new AppliedMarks();
    const start = [subscription, partition] as unknown as SourceKey;
    const end = [subscription, partition + 1] as unknown as SourceKey;
    for (const { key, value } of this.#marks.getRange({ start, end })) {
      const above = this.#aboveOf(key).map(([, , , sequence]) => sequence);
      marks.restore(key[2], value.mark, above);
    }
    return marks;
  }

  /** Resolves once durable. May be called again, also after a later one. */
  async complete(
    subscription: string,
    partition: number,
    source: string,
    { mark, above, absorbed }: Completion,
    nowMs: number,
  ): Promise<void> {
    const key: SourceKey = [subscription, partition, source];
    await this.#environment.transaction(() => {
      const present = this.#marks.get(key)?.mark ?? -1;
      void this.#marks.put(key, { mark: Math.max(mark, present), atMs: nowMs });
      if (above !== undefined && above > present) void this.#above.put([...key, above], nowMs);
      for (const sequence of absorbed) void this.#above.remove([...key, sequence]);
    });
  }

  isUnserved(requestId: string): boolean {
    return this.#unserved.get(requestId) !== undefined;
  }

  /** Resolves once durable: whoever serves the connector later leaves this request alone. */
  async recordUnserved(requestId: string, nowMs: number): Promise<void> {
    await this.#unserved.put(requestId, nowMs);
  }

  async forgetOld(nowMs: number): Promise<void> {
    const since = nowMs - MAX_SILENCE_MS;
    await this.#environment.transaction(() => {
      for (const { key, value } of this.#marks.getRange()) {
        if (value.atMs >= since) continue;
        for (const above of this.#aboveOf(key)) void this.#above.remove(above);
        void this.#marks.remove(key);
      }
      for (const { key, value } of this.#unserved.getRange()) if (value < since) void this.#unserved.remove(key);
    });
  }

  async close(): Promise<void> {
    await this.#environment.close();
  }

  #aboveOf(key: SourceKey): readonly [...SourceKey, number][] {
    return [...this.#above.getKeys({ start: [...key, -1], end: [...key, Number.MAX_SAFE_INTEGER] })];
  }
}
