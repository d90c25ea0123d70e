/** Where a customer's own `sequence` is kept. */
const FOREIGN_SEQUENCE = 'originsequence';

/**
 * Consumers of ours drop what is not above the last `sequence` of its source. A customer's `sequence` promises no such
 * thing (it may restart, or count per topic): it moves out of the way, and nothing is lost.
 */
export function keepForeignSequence(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { sequence, ...others } = attributes;
  return sequence === undefined ? others : { ...others, [FOREIGN_SEQUENCE]: sequence };
}
