/** What became of a sequence: not seen, being worked on, or completed. */
export type Standing = 'new' | 'pending' | 'done';

export interface Completion {
  /** Everything up to it is completed; -1 = nothing yet. */
  readonly mark: number;
  /** The completed sequence, where it lies above the mark. */
  readonly above?: number;
  /** Completions above the old mark that the new one covers. */
  readonly absorbed: readonly number[];
}

interface SourceState {
  mark: number;
  /** The highest that came in this life; below it nothing is still to come that did not come already. */
  newest: number;
  readonly pending: Set<number>;
  readonly above: Set<number>;
}

/**
 * The pure part of `AppliedTable`, for one subscription on one partition. A source's sequences come in order (its
 * producer is fail-stop) but with gaps, for the source also states what others consume; so the mark is the highest
 * completed sequence below which nothing is pending. After a restart what was not completed comes again from the oldest
 * on: until it has come, a completion of the life before says nothing about what lies below it.
 */
export class AppliedMarks {
  readonly #sources = new Map<string, SourceState>();

  restore(source: string, mark: number, above: readonly number[]): void {
    this.#sources.set(source, { mark, newest: mark, pending: new Set(), above: new Set(above) });
  }

  /** Of a sequence that has come: what was known of it. A new one is pending from now on. */
  take(source: string, sequence: number): Standing {
    const state = this.#sources.get(source) ?? { mark: -1, newest: -1, pending: new Set(), above: new Set() };
    this.#sources.set(source, state);
    state.newest = Math.max(state.newest, sequence);
    if (state.pending.has(sequence)) return 'pending';
    if (sequence <= state.mark || state.above.has(sequence)) return 'done';
    state.pending.add(sequence);
    return 'new';
  }

  complete(source: string, sequence: number): Completion {
    const state = this.#sources.get(source);
    if (!state?.pending.delete(sequence)) throw new Error(`complete(${source}, ${sequence}), which is not pending`);
    const oldestPending = Math.min(...state.pending);
    if (oldestPending < sequence) {
      state.above.add(sequence);
      return { mark: state.mark, above: sequence, absorbed: [] };
    }
    const absorbed = [...state.above].filter((candidate) => candidate < oldestPending && candidate <= state.newest);
    state.mark = Math.max(sequence, state.mark, ...absorbed);
    for (const covered of absorbed) state.above.delete(covered);
    return { mark: state.mark, absorbed };
  }
}
