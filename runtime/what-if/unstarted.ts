/**
 * People of whom something is on record by which no conversation started, and by which one of the changed definitions
 * may have: an event that concerned nobody, a recipient or a message that nothing took.
 */
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import type { ContactKey, EventId, Millis } from '../../channels/brands.ts';
import { PROBE_CONTACT_PREFIX } from '../../channels/contact-key.ts';
import type { Event } from '../../channels/event.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import { machinesOf } from '../../dsl/machines.ts';
import { TARGETED, type TargetedData } from '../../dsl/step/contract.ts';
import { targeted } from '../../dsl/step/outgoing.ts';
import { route } from '../../dsl/step/route.ts';
import { mayStartByText } from '../../dsl/step/start.ts';
import type { HistoryStore } from '../history/read.ts';
import { cloudEventOf } from '../store/stored-event.ts';
import { quoteText } from '../store/quote.ts';
import { namesSql, peopleSql, slicesOf, sliceSql, withinSql, type Wanted } from './people-query.ts';

/** The router's word for somebody, which it did not give. */
export interface Unstarted {
  readonly at: Millis;
  readonly event: Event;
}

/** By person; none where what the record has of them is to be played as it is. */
export type UnstartedPeople = ReadonlyMap<ContactKey, readonly Unstarted[]>;

/** Events of one query: the SQL interface bounds its result, and its memory. */
const EVENTS_PER_QUERY = 50_000;

export async function unstartedPeople(
  store: HistoryStore,
  wanted: Wanted,
  machines: readonly Machine[],
): Promise<UnstartedPeople> {
  const found = new Map<ContactKey, Unstarted[]>();
  for await (const contact of untaken(store, wanted, machines)) found.set(contact, []);
  for await (const { contact, ...unstarted } of untargeted(store, wanted, machines))
    found.set(contact, [...(found.get(contact) ?? []), unstarted]);
  return found;
}

/** To whom a recipient was targeted, or who wrote a word, and nothing started. */
async function* untaken(store: HistoryStore, wanted: Wanted, machines: readonly Machine[]): AsyncGenerator<ContactKey> {
  const changed = machinesOf(machines);
  const isByText = machines.some(({ starts }) => starts.some(({ on }) => on === 'keyword' || on === 'any'));
  const texts = isByText ? "type = 'message.received'" : 'false';
  const condition = `${withinSql('published', wanted.window)} AND NOT startsWith(contact, ${quoteText(PROBE_CONTACT_PREFIX)})
  AND (${texts} OR (channel = 'inbox' AND type = '${TARGETED}' AND definition IN (${namesSql(wanted.definitions)})))`;
  const [size] = await store.rows<{ readonly inputs: number }>(
    `SELECT count() AS inputs FROM inputs WHERE ${condition}`,
  );
  for (const slice of slicesOf(Math.ceil((size?.inputs ?? 0) / EVENTS_PER_QUERY))) {
    const own = sliceSql(slice);
    const sql = `SELECT DISTINCT contact, if(type = 'message.received', JSONExtractString(data, 'text'), NULL) AS text
FROM inputs WHERE ${own} AND ${condition} AND contact NOT IN (${peopleSql(wanted)} AND ${own})`;
    for await (const [contact, text] of rowsOf<[ContactKey, string | null]>(store, sql))
      if (text === null || mayStartByText(changed, text)) yield contact;
  }
}

type EventRow = readonly [
  numbers: readonly (number | string)[],
  texts: readonly string[],
  targets: readonly (readonly [definition: string, contact: string])[],
];

/** Whom events concern by the changed definitions, and did not by those on record. */
async function* untargeted(
  store: HistoryStore,
  { window, definitions }: Wanted,
  machines: readonly Machine[],
): AsyncGenerator<Unstarted & { readonly contact: ContactKey }> {
  const types = new Set(
    machines.flatMap(({ starts }) => starts.flatMap((start) => (start.on === 'event' ? start.type : []))),
  );
  if (types.size === 0) return;
  const changed = machinesOf(machines);
  const condition = `channel = 'external' AND type IN (${namesSql([...types])}) AND ${withinSql('published', window)}`;
  const [size] = await store.rows<{ readonly events: number }>(
    `SELECT count() AS events FROM events WHERE ${condition}`,
  );
  const parts = Math.ceil((size?.events ?? 0) / EVENTS_PER_QUERY);
  for (let part = 0; part < parts; part += 1) {
    const ofPart = (id: string): string => `cityHash64(${id}) % ${parts.toString()} = ${part.toString()}`;
    const sql = `SELECT [toUnixTimestamp64Milli(published), toUnixTimestamp64Milli(time), toInt64(sequence)],
  [id, source, type, data, contact, conversation, causation, partitionkey, traceparent, extensions], t.targets
FROM events AS e LEFT JOIN (
  SELECT JSONExtractString(data, 'event', 'id') AS cause, JSONExtractString(data, 'event', 'source') AS cause_source,
    groupArray((definition, contact)) AS targets
  FROM inputs WHERE channel = 'inbox' AND type = '${TARGETED}' AND definition IN (${namesSql(definitions)}) AND ${ofPart('cause')}
  GROUP BY cause, cause_source
) AS t ON e.id = t.cause AND e.source = t.cause_source
WHERE ${condition} AND ${ofPart('id')}`;
    for await (const [numbers, texts, targets] of rowsOf<EventRow>(store, sql)) {
      const [at = 0, time = 0, sequence = 0] = numbers.map(Number);
      const event = eventOf(texts, time, sequence);
      for (const { type, data, subject } of targeted(event, route(changed, event))) {
        if (type !== TARGETED || subject === undefined) continue;
        const { definition } = data as TargetedData;
        const contact = subject as ContactKey;
        if (contact.startsWith(PROBE_CONTACT_PREFIX)) continue;
        if (targets.some(([other, person]) => other === definition && person === contact)) continue;
        yield { contact, at: at as Millis, event: targetedEvent(event, definition, contact, data) };
      }
    }
  }
}

function eventOf(texts: readonly string[], time: number, sequence: number): Event {
  const [id = '', source = '', type = '', data = '', contact = '', conversation = '', causation = ''] = texts;
  const [partitionkey = '', traceparent = '', extensions = ''] = texts.slice(7);
  return cloudEventOf({
    ...{ id, source, type, contact, data, partitionkey, sequence, conversation, causation, traceparent, extensions },
    time: new Date(time).toISOString(),
  });
}

function targetedEvent({ id, time }: Event, definition: string, subject: ContactKey, data: unknown): Event {
  const unique = `what-if/${definition}/${id}` as EventId;
  return { specversion: '1.0', id: unique, source: '/what-if', type: TARGETED, subject, time, data };
}

async function* rowsOf<Row>(store: HistoryStore, sql: string): AsyncGenerator<Row> {
  const stream: Readable = await store.ask({ sql, settings: { default_format: 'JSONCompactEachRow' } });
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    if (line !== '') yield JSON.parse(line) as Row;
  }
}
