/**
 * Messages that a loop may be done with before a record says so, where they leave none of their own. Few, because until
 * then they count as waiting, are read again after a restart, and cannot be deleted; many, because a record costs about
 * as much as a step.
 */
export const PASSED_OVER_MAX = 100;

/** Type of the record that says only how far the inputs were read. */
export const POSITIONS = 'positions';

/**
 * Counts the messages that the loop is done with since its last record: those that do not concern it, repetitions, inputs
 * without effect. A tenant may have types of events that no definition uses, and nothing else for days.
 *
 * Its inputs are released by records alone. The position in memory would do for that as well, but then a successor could
 * start at a position whose messages are gone, and wait for the end of a topic that it never reads.
 */
export class PassedOver {
  readonly #max: number;
  #sequence = 0;
  #count = 0;

  constructor(max: number = PASSED_OVER_MAX) {
    this.#max = max;
  }

  /** Another message is done with, and `sequence` is the last record's. True where a record is due. */
  isDue(sequence: number): boolean {
    if (sequence !== this.#sequence) {
      this.#sequence = sequence;
      this.#count = 0;
    }
    this.#count += 1;
    return this.#count >= this.#max;
  }
}
