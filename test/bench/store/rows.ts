import type { TenantName } from '../../../channels/brands.ts';
import type { Store } from '../../../runtime/store/port.ts';
import { isoTime } from '../../../runtime/store/sink/event-time.ts';
import { graphRows } from '../../../runtime/store/sink/graph-rows.ts';
import { tableOf } from '../../../runtime/store/rows.ts';
import { SPREAD } from './conversations.ts';
import { EVENTS_A_CONVERSATION, eventsSql, VERSIONS } from './courses.ts';

/** Conversations of one insert, which is one part of the table until ClickHouse merges it. */
const INSERTED_TOGETHER = 100_000;

/** The conversations are of so many days, up to now. */
const DAYS = 28;

/** As many as make so many rows. */
export function conversationsFor(rows: number): number {
  return Math.max(1, Math.round(rows / EVENTS_A_CONVERSATION));
}

/** As the sink would have inserted them, without the trouble of a broker. */
export async function insertConversations(
  store: Store,
  tenant: TenantName,
  all: number,
  progress: (line: string) => void,
): Promise<void> {
  const graphs = VERSIONS.map((machine) => graphRows({ tenant, batch: 1, published: isoTime(Date.now()) }, machine));
  for (const [table, key] of [
    ['definition_states', 'states'],
    ['definition_transitions', 'transitions'],
  ] as const) {
    const rows = graphs.flatMap((graph): readonly object[] => graph[key]);
    await store.insert(tableOf(store, table), rows, table);
  }
  for (let from = 0; from < all; from += INSERTED_TOGETHER) {
    progress(`queries: ${((from * EVENTS_A_CONVERSATION) / 1e6).toFixed(1)} million rows`);
    await store.command(insertOf(store.database, tenant, from, Math.min(INSERTED_TOGETHER, all - from), all));
  }
}

function insertOf(database: string, tenant: TenantName, from: number, count: number, all: number): string {
  const conversation = `concat('k-', lower(leftPad(hex(toUInt32((n * ${SPREAD}) % 4294967296)), 8, '0')), '-', toString(n))`;
  const start = `now64(3) - INTERVAL ${DAYS} DAY + toIntervalMillisecond(intDiv(n * ${DAYS * 86_400_000}, ${all}))`;
  return `INSERT INTO ${database}.events
    (tenant, channel, partition, position, batch, published, id, source, type, subject, conversation, causation,
     partitionkey, time, sequence, traceparent, extensions, data)
    SELECT '${tenant}', told.1, n % 16, concat('1:', toString(n * 10 + told.5)), 1, at, concat(k, '/', toString(told.5)),
      if(told.1 = 'conversations' OR told.2 = 'message.requested', '/engine/1', '/sms/1'), told.2, concat('c-', k),
      if(told.2 = 'message.received', '', k), concat(k, '/', toString(told.6)), concat('c-', k), at,
      n * 10 + told.5, '', '', told.4
    FROM (
      SELECT n, k, arrayJoin(${eventsSql(all)}) AS told, ${start} + toIntervalSecond(told.3) AS at
      FROM (SELECT number AS n, ${conversation} AS k FROM numbers(${from}, ${count})))`;
}
