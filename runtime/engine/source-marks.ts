import { MAX_PARTITIONS } from '../events/tenant.ts';
import type { Vector } from './journal-record.ts';
import { isLoopSource } from './loop-sources.ts';

/**
 * Loops of the tenant remembered at most: the two of each of its partitions, and once more, should their journals ever be
 * made anew. So none is forgotten, however long it is silent: one whose worker died publishes what may not have left when
 * it is opened again, which may be weeks later.
 */
const LOOPS_MAX = 4 * MAX_PARTITIONS;

/**
 * Other sources remembered at most. They carry an incarnation, so old ones go quiet for good: a gateway's with its
 * process, a broadcast's with its end. Beyond it the one heard of longest ago is forgotten.
 */
const OTHERS_MAX = 256;

/**
 * Effectively-once, rule 1: the last sequence applied per source; whatever is not above it was seen before. A record says
 * which were heard since the record before it: whoever restates them in order has the same marks.
 */
export class SourceMarks {
  /** Each in the order in which its sources were last heard. */
  readonly #loops = new Map<string, number>();
  readonly #others = new Map<string, number>();
  /** Not said by a record yet, in that order. */
  readonly #heard = new Map<string, number>();
  /** Repetitions refused so far. */
  dropped = 0;

  constructor(marks: Vector['marks'] = {}) {
    this.restate(marks);
  }

  /** Whether `accept` would take it; changes nothing. */
  isNew(source: string, sequence: number | undefined): boolean {
    return sequence === undefined || sequence > (this.#kindOf(source).get(source) ?? -Infinity);
  }

  /**
   * False: a repetition, to be dropped. Events without a sequence always pass. Call in the same turn as the event is
   * applied: a mark that is journaled before its event would lose the event.
   */
  accept(source: string, sequence: number | undefined): boolean {
    if (sequence === undefined) return true;
    if (!this.isNew(source, sequence)) {
      this.dropped += 1;
      return false;
    }
    this.#set(source, sequence);
    setLast(this.#heard, source, sequence);
    return true;
  }

  /** As a record, or a checkpoint, says. */
  restate(marks: Vector['marks']): void {
    for (const [source, sequence] of Object.entries(marks)) this.#set(source, sequence);
  }

  /** What was accepted since the last call: for the next record, which must not fail. */
  takeHeard(): Vector['marks'] {
    const heard = Object.fromEntries(this.#heard);
    this.#heard.clear();
    return heard;
  }

  /** All of them. */
  snapshot(): Vector['marks'] {
    return Object.fromEntries([...this.#loops, ...this.#others]);
  }

  #set(source: string, sequence: number): void {
    const known = this.#kindOf(source);
    setLast(known, source, sequence);
    if (known.size > (known === this.#loops ? LOOPS_MAX : OTHERS_MAX)) forgetFirst(known);
  }

  #kindOf(source: string): Map<string, number> {
    return isLoopSource(source) ? this.#loops : this.#others;
  }
}

function setLast(marks: Map<string, number>, source: string, sequence: number): void {
  marks.delete(source);
  marks.set(source, sequence);
}

function forgetFirst(marks: Map<string, number>): void {
  for (const source of marks.keys()) {
    marks.delete(source);
    return;
  }
}
