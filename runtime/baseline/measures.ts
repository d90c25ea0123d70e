import { PROBE_CONTACT_PREFIX } from '../../channels/contact-key.ts';
import type { TenantName } from '../../channels/brands.ts';
import type { Store } from '../store/port.ts';
import { tableOf } from '../store/rows.ts';
import type { Departure } from './departures.ts';
import type { Direction } from './judgement.ts';
import { ALL, sampleOf, type Sample, type SeriesKind } from './sample.ts';
import { WINDOW_MS } from './window.ts';

/**
 * What belongs to a window is looked at so long after its end, also where it is measured long afterwards: what comes later
 * must not make the past look better than the present.
 */
export const GRACE_MS = 30_000;

/** How long before a window the first of two events may lie. */
const LOOK_BACK_MS = 24 * 60 * 60_000;

const CHANNELS = "'messaging', 'conversations', 'data', 'external'";

/** Of tests of the running platform: people who do not exist. */
const NOT_PROBE = `NOT startsWith(subject, '${PROBE_CONTACT_PREFIX}')`;

const start = (time: string): string => `toUnixTimestamp(toStartOfInterval(${time}, INTERVAL 5 MINUTE)) * 1000`;
const inWindows = (time: string): string =>
  `${time} >= fromUnixTimestamp64Milli({from:Int64}) AND ${time} < fromUnixTimestamp64Milli({to:Int64})`;
const before = (time: string): string =>
  `${time} >= fromUnixTimestamp64Milli({from:Int64} - ${LOOK_BACK_MS}) AND ${time} < fromUnixTimestamp64Milli({to:Int64})`;

const rates = (table: string): string => `
  SELECT ${start('time')} AS startMs, 'rate' AS kind, type AS name, count() AS value, count() AS observations
  FROM ${table}
  WHERE tenant = {tenant:String} AND channel IN (${CHANNELS}) AND ${NOT_PROBE} AND ${inWindows('time')}
  GROUP BY startMs, name`;

/** What had become of the messages of a window by GRACE_MS after it; those that wait for quiet hours are not counted. */
const shares = (table: string): string => `
  WITH messages AS (
    SELECT
      message,
      minOrNullIf(time, type = 'message.requested') AS requested,
      minOrNullIf(time, type = 'message.sent') AS sent,
      minOrNullIf(time, type = 'message.delivered') AS delivered,
      minOrNullIf(time, type = 'message.failed') AS failed
    FROM ${table}
    WHERE tenant = {tenant:String} AND channel = 'messaging' AND message != '' AND ${NOT_PROBE}
      AND time >= fromUnixTimestamp64Milli({from:Int64} - ${LOOK_BACK_MS})
      AND time < fromUnixTimestamp64Milli({to:Int64} + ${GRACE_MS})
    GROUP BY message
    HAVING countIf(type IN ('message.held', 'message.blocked')) = 0
  )
  ${[
    ['sent of requested', 'sent', 'requested'],
    ['failed of requested', 'failed', 'requested'],
    ['delivered of sent', 'delivered', 'sent'],
  ]
    .map(
      ([name, part = '', whole = '']) => `
  SELECT ${start(`assumeNotNull(${whole})`)} AS startMs, 'share' AS kind, '${name}' AS name,
    countIf(toUnixTimestamp64Milli(${part}) < startMs + ${WINDOW_MS + GRACE_MS}) / count() AS value, count() AS observations
  FROM messages WHERE ${whole} IS NOT NULL AND ${inWindows(whole)}
  GROUP BY startMs`,
    )
    .join(' UNION ALL ')}`;

/** Between two events, as the broker took them, so that no clock of a provider is in it. */
const delay = (name: string, second: string, pairs: string): string => `
  SELECT ${start('second.time')} AS startMs, 'delay' AS kind, '${name}' AS name,
    quantileTDigest(0.95)(greatest(0, dateDiff('millisecond', first.published, second.published))) AS value,
    count() AS observations
  FROM (SELECT time, published, causation, message, subject FROM events_of_tenant
    WHERE type = 'message.${second}' AND ${inWindows('time')}) AS second
  ${pairs}
  GROUP BY startMs`;

const first = (type: string): string =>
  `(SELECT id, time, published, message, subject FROM events_of_tenant WHERE type = 'message.${type}' AND ${before('time')}) AS first`;

const delays = (table: string): string => `
  WITH events_of_tenant AS (
    SELECT id, type, time, published, causation, message, subject FROM ${table}
    WHERE tenant = {tenant:String} AND channel = 'messaging' AND ${NOT_PROBE} AND ${before('time')}
  )
  ${[
    delay('reply', 'requested', `ANY INNER JOIN ${first('received')} ON first.id = second.causation`),
    delay('hand-over', 'sent', `ANY INNER JOIN ${first('requested')} ON first.message = second.message`),
    delay('delivery', 'delivered', `ANY INNER JOIN ${first('sent')} ON first.message = second.message`),
    delay(
      'answer',
      'received',
      `ASOF INNER JOIN ${first('sent')} ON first.subject = second.subject AND second.published >= first.published`,
    ),
  ].join(' UNION ALL ')}`;

/** What the store has of the windows from `fromMs` to `toMs`, both starts of windows, `toMs` excluded. */
export async function measure(
  store: Pick<Store, 'query' | 'database'>,
  tenant: TenantName,
  fromMs: number,
  toMs: number,
): Promise<readonly Sample[]> {
  const table = tableOf(store, 'events');
  const parameters = { tenant, from: fromMs, to: toMs };
  const samples: Sample[] = [];
  for (const statement of [rates(table), shares(table), delays(table)]) {
    samples.push(...(await store.query(statement, parameters)).map(sampleOf));
  }
  return [...samples, ...totals(samples, fromMs, toMs)];
}

/** One for each window, also where nothing happened. */
function totals(samples: readonly Sample[], fromMs: number, toMs: number): readonly Sample[] {
  const counts = new Map<number, number>();
  for (let startMs = fromMs; startMs < toMs; startMs += WINDOW_MS) counts.set(startMs, 0);
  for (const { kind, startMs, value } of samples) {
    if (kind === 'rate') counts.set(startMs, (counts.get(startMs) ?? 0) + value);
  }
  return [...counts].map(([startMs, value]) => ({ ...ALL, startMs, value, observations: value }));
}

/** Of the events that are sampled, from `fromMs` on; undefined where there are none. */
export async function firstEventTime(
  store: Pick<Store, 'query' | 'database'>,
  tenant: TenantName,
  fromMs: number,
): Promise<number | undefined> {
  const [row] = await store.query(
    `SELECT toUnixTimestamp64Milli(minOrNull(time)) AS first FROM ${tableOf(store, 'events')}
     WHERE tenant = {tenant:String} AND channel IN (${CHANNELS}) AND time >= fromUnixTimestamp64Milli({from:Int64})`,
    { tenant, from: fromMs },
  );
  const first = row?.['first'] ?? undefined;
  return first === undefined ? undefined : Number(first);
}

/** Departures that were stated from `fromMs` on and have not returned. */
export async function openDepartures(
  store: Pick<Store, 'query' | 'database'>,
  tenant: TenantName,
  fromMs: number,
): Promise<readonly Departure[]> {
  const rows = await store.query(
    `SELECT JSONExtractString(data, 'kind') AS kind, JSONExtractString(data, 'series') AS name,
       argMax(type, time) AS last, argMax(JSONExtractString(data, 'direction'), time) AS direction,
       argMax(JSONExtractString(data, 'since'), time) AS since
     FROM ${tableOf(store, 'events')}
     WHERE tenant = {tenant:String} AND channel = 'operations' AND startsWith(type, 'baseline.')
       AND time >= fromUnixTimestamp64Milli({from:Int64})
     GROUP BY kind, name HAVING last = 'baseline.departed'`,
    { tenant, from: fromMs },
  );
  return rows.map((row) => {
    const series = { kind: row['kind'] as SeriesKind, name: String(row['name']) };
    return { series, direction: row['direction'] as Direction, sinceMs: Date.parse(String(row['since'])) };
  });
}
