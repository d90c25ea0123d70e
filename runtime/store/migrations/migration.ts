/** One change of the tables. Released migrations never change: a new one follows. Every statement may run twice. */
export interface Migration {
  readonly version: number;
  readonly about: string;
  readonly statements: readonly string[];
}

/**
 * Inserts remembered by their deduplication token. The sink only ever repeats the last batch of a tenant; the window is
 * for the batches of other tenants in between. A materialized view's target needs the same setting, or it doubles.
 */
const DEDUPLICATION_WINDOW = 10_000;

/** Of every table. Written to disk before an insert is answered: the broker may forget what is acknowledged after it. */
export const DURABLE: string = [
  `non_replicated_deduplication_window = ${DEDUPLICATION_WINDOW}`,
  'fsync_after_insert = 1',
  'fsync_part_directory = 1',
  // Old rows go a whole part at a time: nothing is written anew for it.
  'ttl_only_drop_parts = 1',
  'materialize_ttl_recalculate_only = 1',
].join(', ');
