import { ledgerPrefix, nameKey, nameOf } from './keys.ts';
import type { Store, Write } from './store.ts';

/** A producer name that published nothing for this long is forgotten (in Pulsar: 6 hours by default). */
const FORGET_AFTER_MS = 7 * 24 * 60 * 60_000;

/** Last sequence id u48, when it was written u48. */
const VALUE_BYTES = 12;

/** The last sequence id of each producer name on one topic, committed together with the messages themselves. */
export class SequenceTable {
  readonly #ledger: number;
  readonly #store: Store;
  #last: Map<string, number> | undefined;
  /** Before then no name goes out of use. */
  #staleFromMs = 0;

  constructor(ledger: number, store: Store) {
    this.#ledger = ledger;
    this.#store = store;
  }

  /** False where `sequenceId` is not above the last one of that name: a duplicate. */
  advance(name: string, sequenceId: number, nowMs: number): boolean {
    this.#last ??= this.#load(nowMs);
    if (sequenceId <= (this.#last.get(name) ?? -1)) return false;
    this.#last.set(name, sequenceId);
    return true;
  }

  write(name: string, sequenceId: number, nowMs: number): Write {
    const value = Buffer.allocUnsafe(VALUE_BYTES);
    value.writeUIntBE(sequenceId, 0, 6);
    value.writeUIntBE(nowMs, 6, 6);
    this.#staleFromMs = Math.min(this.#staleFromMs, nowMs + FORGET_AFTER_MS);
    return { table: 'sequences', key: nameKey(this.#ledger, name), value };
  }

  /** What was advanced but not committed is forgotten: the store is read again. */
  forgetPending(): void {
    this.#last = undefined;
  }

  /** Deletes the names that have gone out of use. */
  prune(nowMs: number): readonly Write[] {
    if (nowMs <= this.#staleFromMs) return [];
    const stale: Write[] = [];
    this.#staleFromMs = Infinity;
    for (const { key, value } of this.#entries()) {
      const staleFromMs = value.readUIntBE(6, 6) + FORGET_AFTER_MS;
      if (staleFromMs < nowMs) stale.push({ table: 'sequences', key, value: undefined });
      else this.#staleFromMs = Math.min(this.#staleFromMs, staleFromMs);
    }
    // Deleting may fail: then they are found again.
    if (stale.length > 0) this.#staleFromMs = 0;
    return stale;
  }

  #load(nowMs: number): Map<string, number> {
    const live = this.#entries().filter(({ value }) => value.readUIntBE(6, 6) + FORGET_AFTER_MS >= nowMs);
    return new Map(live.map(({ key, value }) => [nameOf(key), value.readUIntBE(0, 6)]));
  }

  #entries(): ReturnType<Store['range']> {
    return this.#store.range('sequences', { from: ledgerPrefix(this.#ledger), before: ledgerPrefix(this.#ledger + 1) });
  }
}
