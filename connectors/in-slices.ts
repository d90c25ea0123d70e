import { setImmediate as turn } from 'node:timers/promises';
import type { Database, Key } from 'lmdb';

/** Rows read without a pause: some milliseconds. */
const SLICE_ROWS = 500;

/**
 * A table's rows in the order of their keys, a few at a time with everything else that the process does in between. What
 * is read may have changed by the time it is given: look again before changing anything. Ends early once `stopping` is
 * aborted.
 */
export async function* inSlices<Value, RowKey extends Key>(
  table: Database<Value, RowKey>,
  stopping: AbortSignal,
): AsyncGenerator<readonly { readonly key: RowKey; readonly value: Value }[]> {
  let after: RowKey | undefined;
  while (!stopping.aborted) {
    const from = after === undefined ? {} : { start: after, exclusiveStart: true };
    const rows = [...table.getRange({ ...from, limit: SLICE_ROWS })];
    yield rows;
    if (rows.length < SLICE_ROWS) return;
    after = rows.at(-1)?.key;
    await turn();
  }
}
