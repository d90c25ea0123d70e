import type { Vector } from './journal-record.ts';

/**
 * Sources remembered at most. Gateways carry an incarnation in their source, so old ones go quiet for good; the engine's
 * and the router's own are few. Beyond it the source heard of longest ago is forgotten.
 */
const SOURCES_MAX = 256;

/** Effectively-once, rule 1: the last sequence applied per source; whatever is not above it was seen before. */
export class SourceMarks {
  /** In the order in which sources were last heard. */
  readonly #marks: Map<string, number>;
  /** Repetitions refused so far. */
  dropped = 0;

  constructor(marks: Vector['marks'] = {}) {
    this.#marks = new Map(Object.entries(marks));
  }

  /** Whether `accept` would take it; changes nothing. */
  isNew(source: string, sequence: number | undefined): boolean {
    return sequence === undefined || sequence > (this.#marks.get(source) ?? -Infinity);
  }

  /**
   * False: a repetition, to be dropped. Events without a sequence always pass. Call in the same turn as the event is
   * applied: a mark that is journaled before its event would lose the event.
   */
  accept(source: string, sequence: number | undefined): boolean {
    if (sequence === undefined) return true;
    const last = this.#marks.get(source);
    if (last !== undefined && sequence <= last) {
      this.dropped += 1;
      return false;
    }
    this.#marks.delete(source);
    this.#marks.set(source, sequence);
    if (this.#marks.size > SOURCES_MAX) this.#forgetOldest();
    return true;
  }

  #forgetOldest(): void {
    for (const source of this.#marks.keys()) {
      this.#marks.delete(source);
      return;
    }
  }

  snapshot(): Vector['marks'] {
    return Object.fromEntries(this.#marks);
  }
}
