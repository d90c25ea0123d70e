import { isUtf8 } from 'node:buffer';
import { PLAIN_CODEC, type EventCodec } from '../../../channels/codec.ts';
import { decodeEvent } from '../../../channels/encode.ts';
import { formatSequence, parseSequence, type Event } from '../../../channels/event.ts';
import { isStorable } from '../../../channels/time.ts';
import type { TenantName } from '../../../channels/brands.ts';
import type { Message } from '../../broker/port.ts';
import type { DeadLetterRow, EventRow } from '../rows.ts';
import { DATA_LEVELS_MAX, dataText, isTooDeep } from './faithful-data.ts';
import { canonicalTime, isoTime } from './event-time.ts';
import type { Feed } from './feeds.ts';

/** What every row of a batch has in common. */
export interface RowContext {
  readonly tenant: TenantName;
  readonly batch: number;
  readonly codec: EventCodec;
}

const COLUMNS: ReadonlySet<string> = new Set([
  ...['specversion', 'id', 'source', 'type', 'subject', 'time', 'datacontenttype', 'data', 'partitionkey', 'sequence'],
  ...['correlationid', 'causationid', 'traceparent'],
]);

/** An event as it was read: its data also as text. */
export interface ReadEvent {
  readonly event: Event;
  /** As `isoTime` writes it. */
  readonly time: string;
  readonly data: string;
  /** No text of it can have half a surrogate pair. */
  readonly isPlain: boolean;
}

/** The one reason for which a message is no event here: a row that ClickHouse refused would hold up all others. */
export class UnstorableError extends Error {}

/** Throws UndecodableEventError or UnstorableError. */
export function eventOf(message: Message, codec: EventCodec = PLAIN_CODEC): ReadEvent {
  const text = codec.decode(message.payload);
  // Whoever decodes what is no UTF-8 gets this character, and never the bytes again.
  if (text.includes('\ufffd') && !isUtf8(message.payload)) throw new UnstorableError('its bytes are no UTF-8');
  if (isTooDeep(text)) throw new UnstorableError(`it is nested deeper than ${DATA_LEVELS_MAX} levels`);
  const event = decodeEvent(text);
  const isPlain = message.payload.length === text.length && !text.includes('\\u');
  return { event, time: storableTime(event.time), data: dataText(text, event.data), isPlain };
}

export function eventRow(context: RowContext, feed: Feed, message: Message, read: ReadEvent): EventRow {
  const { event, time, data } = read;
  const sequence = sequenceOf(event) ?? 0;
  const said = read.isPlain ? plainTextOf : textOf;
  return {
    tenant: context.tenant,
    channel: feed.of,
    partition: feed.partition,
    position: message.id,
    batch: context.batch,
    published: publishedTime(message),
    id: said(event.id),
    source: said(event.source),
    type: said(event.type),
    subject: said(event.subject),
    conversation: said(event.correlationid),
    causation: said(event.causationid),
    partitionkey: said(event.partitionkey),
    time,
    sequence,
    traceparent: said(event.traceparent),
    extensions: extensionsOf(event, time, sequence),
    data,
  };
}

export function deadLetterRow(context: RowContext, feed: Feed, message: Message, error: unknown): DeadLetterRow {
  return {
    tenant: context.tenant,
    topic: feed.topic,
    partition: feed.partition,
    position: message.id,
    batch: context.batch,
    published: isoTime(message.publishTimeMs),
    reason: textOf(error instanceof Error ? error.message : String(error)),
    key: textOf(message.key),
    properties: Object.fromEntries(Object.entries(message.properties).map(([k, v]) => [textOf(k), textOf(v)])),
    payload_base64: message.payload.toString('base64'),
  };
}

/** Undefined where the event has no usable one: then there is nothing to tell a duplicate by. */
export function sequenceOf(event: Event): number | undefined {
  return typeof event.sequence === 'string' ? parseSequence(event.sequence) : undefined;
}

/** The newest text made: what the broker took together has one time. */
let published: readonly [milliseconds: number, text: string] = [0, isoTime(0)];

function publishedTime({ publishTimeMs }: Message): string {
  if (published[0] !== publishTimeMs) published = [publishTimeMs, isoTime(publishTimeMs)];
  return published[1];
}

function storableTime(text: string): string {
  const canonical = canonicalTime(text);
  const time = Number.isNaN(canonical) ? Date.parse(text) : canonical;
  if (!isStorable(time)) throw new UnstorableError(`its "time" is no storable time: ${text}`);
  return time === canonical ? text : isoTime(time);
}

function plainTextOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** ClickHouse reads no text with half a surrogate pair: such a half becomes U+FFFD. */
export function textOf(value: unknown): string {
  const text = plainTextOf(value);
  return /[\ud800-\udfff]/.test(text) ? Buffer.from(text, 'utf8').toString('utf8') : text;
}

/** Also what its column does not say exactly: `cloudEventOf` gives the same event again. */
function extensionsOf(event: Event, time: string, column: number): string {
  let others: Record<string, unknown> | undefined;
  for (const name in event) if (!COLUMNS.has(name)) (others ??= {})[name] = event[name as keyof Event];
  if (event.time !== time) (others ??= {})['time'] = event.time;
  const { sequence } = event;
  // A column's 0 says that there is none.
  const isExact = sequence === undefined || (column !== 0 && sequence === formatSequence(column));
  if (!isExact) (others ??= {})['sequence'] = sequence;
  return others === undefined ? '' : JSON.stringify(others);
}
