import { ParlanceError } from '../../../channels/error.ts';
import { STORED_EVENT_COLUMNS, type StoredEvent } from '../../store/stored-event.ts';
import type { StoreAccess } from '../store-access.ts';
import type { Condition } from './event-filter.ts';

/** Between two looks at the mark: soon enough for a person who watches. */
const POLL_MS = 500;

/** Rows of one answer: a few megabytes. */
const PAGE_ROWS = 5_000;

export interface FollowOptions {
  readonly condition: Condition;
  /** Begin with what is stored and happened since; else with what is stored from now on. */
  readonly since?: Date | undefined;
  readonly signal: AbortSignal;
  readonly pollMs?: number;
  readonly pageRows?: number;
}

interface BatchedEvent extends StoredEvent {
  readonly batch: number;
}

/**
 * Events as they are stored, each once, until aborted. Batches are numbered in the order in which they are stored, and
 * a batch is whole once the mark names it: so no event is missed, whenever it happened and however late it came, and
 * nobody's subscription is touched. Asks only for the mark while nothing happens.
 */
export async function* followEvents(
  store: StoreAccess,
  options: FollowOptions,
): AsyncGenerator<readonly StoredEvent[], void, undefined> {
  const { since, signal, pollMs = POLL_MS } = options;
  let seen = since === undefined ? await newestBatch(store) : 0;
  while (!signal.aborted) {
    const newest = await newestBatch(store);
    if (newest < seen) {
      throw new ParlanceError(
        'tail-broken-off',
        'the batches of the store are counted anew, its topic in the broker was lost: start again, with --since',
      );
    }
    if (newest > seen) yield* batches(store, options, seen, newest);
    seen = newest;
    await pause(pollMs, signal);
  }
}

/** Of the batches after `seen` up to `newest`, both of which are whole. */
async function* batches(
  store: StoreAccess,
  { condition, since, signal, pageRows = PAGE_ROWS }: FollowOptions,
  seen: number,
  newest: number,
): AsyncGenerator<readonly StoredEvent[], void, undefined> {
  const limits = ['batch > {seen:UInt64} AND batch <= {newest:UInt64}', condition.sql];
  if (since) limits.push(`time >= {since:DateTime64(3, 'UTC')}`);
  const given = { ...condition.parameters, ...(since && { since }), seen, newest };
  let after: BatchedEvent | undefined;
  while (!signal.aborted) {
    const next = after ? ` AND (batch, time, source, sequence, id) > (${AFTER})` : '';
    // What ClickHouse has not merged yet may be there twice.
    const sql = `SELECT ${STORED_EVENT_COLUMNS}, batch FROM events WHERE ${limits.join(' AND ')}${next}
      ORDER BY batch, time, source, sequence, id LIMIT 1 BY batch, time, source, sequence, id
      LIMIT ${pageRows.toString()}`;
    const rows: readonly BatchedEvent[] = await store.rows<BatchedEvent>(sql, {
      ...given,
      ...(after && placed(after)),
    });
    if (rows.length > 0) yield rows;
    if (rows.length < pageRows) return;
    after = rows.at(-1);
  }
}

const AFTER = `{batch:UInt64}, {time:DateTime64(3, 'UTC')}, {source:String}, {sequence:UInt64}, {id:String}`;

function placed({ batch, time, source, sequence, id }: BatchedEvent) {
  return { batch, time: new Date(time), source, sequence, id };
}

async function newestBatch(store: StoreAccess): Promise<number> {
  const [row] = await store.rows<{ readonly batch: number }>('SELECT max(batch) AS batch FROM marks');
  return row?.batch ?? 0;
}

/** So long, or until the signal is aborted. */
function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, durationMs);
    signal.addEventListener('abort', done, { once: true });
  });
}
