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
  readonly pending: Set<number>;
  readonly above: Set<number>;
}

/**
 * The pure part of `AppliedTable`, for one subscription on one partition. A source's sequences come in order (its
 * producer is fail-stop) but with gaps, for the source also states what others consume; so the mark is the highest
 * completed sequence below which nothing is pending.
 */
export class AppliedMarks {
  readonly #sources = new Map<string, SourceState>();

  restore(source: string, mark: number, above: readonly number[]): void {
    this.#sources.set(source, { mark, pending: new Set(), above: new Set(above) });
  }

  standing(source: string, sequence: number): Standing {
    const state = this.#sources.get(source);
    if (!state) return 'new';
    if (state.pending.has(sequence)) return 'pending';
    return sequence <= state.mark || state.above.has(sequence) ? 'done' : 'new';
  }

  begin(source: string, sequence: number): void {
    const state = this.#sources.get(source) ?? { mark: -1, pending: new Set(), above: new Set() };
    this.#sources.set(source, state);
    state.pending.add(sequence);
  }

  complete(source: string, sequence: number): Completion {
    const state = this.#sources.get(source);
    if (!state) throw new Error(`complete(${source}, ${sequence}) without begin`);
    state.pending.delete(sequence);
    const oldestPending = Math.min(...state.pending);
    if (oldestPending < sequence) {
      state.above.add(sequence);
      return { mark: state.mark, above: sequence, absorbed: [] };
    }
    const absorbed = [...state.above].filter((candidate) => candidate < oldestPending);
    state.mark = Math.max(sequence, state.mark, ...absorbed);
    for (const covered of absorbed) state.above.delete(covered);
    return { mark: state.mark, absorbed };
  }
}
