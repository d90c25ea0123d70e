import { STORED_EVENT_COLUMNS, type StoredEvent } from '../../store/stored-event.ts';
import type { StoreAccess } from '../store-access.ts';
import type { Condition } from './event-filter.ts';

/** Rows of one answer: a few megabytes. */
const PAGE_ROWS = 5_000;

/** A place in the order of events: by time, then as each source counts. */
export type Place = Pick<StoredEvent, 'time' | 'source' | 'sequence' | 'id'>;

export interface ReadOptions {
  readonly condition: Condition;
  /** Both included. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Only what follows it. */
  readonly after?: Place | undefined;
  readonly pageRows?: number;
}

/** Stored events in order, each once, a page at a time, so that any number can be read. */
export async function* readEvents(
  store: StoreAccess,
  options: ReadOptions,
): AsyncGenerator<readonly StoredEvent[], void, undefined> {
  const { condition, from, to, pageRows = PAGE_ROWS } = options;
  let { after } = options;
  for (;;) {
    const limits = [condition.sql];
    if (from) limits.push(`time >= {from:DateTime64(3, 'UTC')}`);
    if (to) limits.push(`time <= {to:DateTime64(3, 'UTC')}`);
    if (after) {
      limits.push(`time >= {time:DateTime64(3, 'UTC')}`);
      limits.push(
        `(time, source, sequence, id) > ({time:DateTime64(3, 'UTC')}, {source:String}, {sequence:UInt64}, {id:String})`,
      );
    }
    // What ClickHouse has not merged yet may be there twice.
    const sql = `SELECT ${STORED_EVENT_COLUMNS} FROM events WHERE ${limits.join(' AND ')}
      ORDER BY time, source, sequence, id LIMIT 1 BY time, source, sequence, id LIMIT ${pageRows.toString()}`;
    const rows = await store.rows<StoredEvent>(sql, {
      ...condition.parameters,
      ...(from && { from }),
      ...(to && { to }),
      ...(after && { time: new Date(after.time), source: after.source, sequence: after.sequence, id: after.id }),
    });
    if (rows.length > 0) yield rows;
    if (rows.length < pageRows) return;
    after = rows.at(-1);
  }
}

/** The newest `limit` of them, in order. */
export async function newestEvents(
  store: StoreAccess,
  { condition, from, to }: Omit<ReadOptions, 'after'>,
  limit: number,
): Promise<readonly StoredEvent[]> {
  const limits = [condition.sql];
  if (from) limits.push(`time >= {from:DateTime64(3, 'UTC')}`);
  if (to) limits.push(`time <= {to:DateTime64(3, 'UTC')}`);
  const sql = `SELECT ${STORED_EVENT_COLUMNS} FROM events WHERE ${limits.join(' AND ')}
    ORDER BY time DESC, source DESC, sequence DESC, id DESC LIMIT 1 BY time, source, sequence, id
    LIMIT {most:UInt32}`;
  const rows = await store.rows<StoredEvent>(sql, {
    ...condition.parameters,
    ...(from && { from }),
    ...(to && { to }),
    most: limit,
  });
  return rows.toReversed();
}
