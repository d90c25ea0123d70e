/**
 * Whether an input ends the process that tries it, told from the journal alone, so that it costs nothing while all is
 * well: owners that say nothing of their end leave no release behind their barrier. After some of those in a row, inputs
 * are tried one by one, and that one is tried is on record before; what is still on record as being tried when the next
 * owner comes was being tried when the last one died.
 */
import type { BarrierRecord, JournalRecord } from './journal-record.ts';

/**
 * An owner that put more inputs on record died of something else: an input that ends the process comes nearer to the
 * beginning with each owner, for what is before it is on record then, and at last it is among the first.
 */
const SOON_INPUTS = 100;

/** Owners in a row that died soon, after which inputs are tried one by one: one is a power cut, or a rolling restart. */
const UNCLEAN_MAX = 2;

/** Type of the record that an input is being tried. */
export const TRIAL = 'trial';

/** Type of an owner's last record where it closes its loop because there is nothing to do. */
export const ASLEEP = 'asleep';

/** An input, and how often it has been tried alone. */
export interface Tried {
  readonly input: string;
  readonly times: number;
}

/** What an owner knows of those before it. */
export interface Suspicion {
  /** Owners in a row, up to the last, that died soon. */
  readonly unclean: number;
  /** What the last one was trying when it died. */
  readonly tried?: Tried;
}

export function isGrave({ unclean, tried }: Suspicion): boolean {
  return unclean >= UNCLEAN_MAX || tried !== undefined;
}

/** Follows the records of a journal that count. */
export class SuspicionFold {
  #barrier: BarrierRecord | undefined;
  #epoch = 0;
  #inputs = 0;
  #isReleased = false;
  #tried: Tried | undefined;

  accept(record: JournalRecord): void {
    this.#epoch = record.epoch;
    if (record.kind === 'barrier') {
      this.#barrier = record;
      this.#inputs = 0;
      this.#isReleased = false;
      // It may have died before it came to anything.
      this.#tried = record.suspicion?.tried;
      return;
    }
    const { type, id, times = 0 } = record.input;
    if (type === 'ownership') {
      this.#isReleased = record.outputs.some((output) => output.type === 'partition.released');
      return;
    }
    if (type === ASLEEP) {
      this.#isReleased = true;
      return;
    }
    this.#inputs += 1;
    this.#tried = type === TRIAL ? { input: id, times } : undefined;
  }

  /** For the next owner. `survived`: epoch of an owner whose end this very process has seen, and outlived. */
  next(survived: number | undefined): Suspicion | undefined {
    if (this.#isReleased || this.#epoch === 0 || this.#epoch === survived) return undefined;
    const tried = this.#tried ? { tried: this.#tried } : {};
    // Without its barrier in sight it lived for long enough to have its state written.
    if (!this.#barrier || this.#inputs > SOON_INPUTS) return this.#tried ? { unclean: 1, ...tried } : undefined;
    return { unclean: (this.#barrier.suspicion?.unclean ?? 0) + 1, ...tried };
  }
}
