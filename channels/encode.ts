import { PLAIN_CODEC, type EventCodec } from './codec.ts';
import { UndecodableEventError } from './event-errors.ts';
import type { Event } from './event.ts';

/** Message properties that repeat an event's attributes, so that a consumer filters without parsing the body. */
export const EVENT_PROPERTIES = {
  type: 'ce_type',
  source: 'ce_source',
  id: 'ce_id',
  subject: 'ce_subject',
  sequence: 'ce_sequence',
  contentType: 'content-type',
} as const;

const CONTENT_TYPE = 'application/cloudevents+json';

/** An event as a broker carries it; the broker port's `OutgoingMessage`. */
export interface EncodedEvent {
  readonly key: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly payload: Buffer;
}

/** What an event is routed and ordered by. */
export function routingKey(event: Pick<Event, 'partitionkey' | 'id'>): string {
  return event.partitionkey ?? event.id;
}

/** On the hot path: trusts the event. Validation is `checkEvent`, at the edges. */
export function encodeEvent(event: Event, codec: EventCodec = PLAIN_CODEC): EncodedEvent {
  const properties = propertiesOf(event.type, event.source, event.id, event.subject, event.sequence);
  return { key: routingKey(event), properties, payload: codec.encode(JSON.stringify(event), event.subject) };
}

/** `EVENT_PROPERTIES` of an event with these attributes. */
export function propertiesOf(
  type: string,
  source: string,
  id: string,
  subject: string | undefined,
  sequence: string | undefined,
): Readonly<Record<string, string>> {
  // The engine's own have both: one literal is the cheapest object.
  if (subject !== undefined && sequence !== undefined) {
    return {
      ce_type: type,
      ce_source: source,
      ce_id: id,
      'content-type': CONTENT_TYPE,
      ce_subject: subject,
      ce_sequence: sequence,
    };
  }
  const properties: Record<string, string> = {
    ce_type: type,
    ce_source: source,
    ce_id: id,
    'content-type': CONTENT_TYPE,
  };
  if (subject !== undefined) properties[EVENT_PROPERTIES.subject] = subject;
  if (sequence !== undefined) properties[EVENT_PROPERTIES.sequence] = sequence;
  return properties;
}

/** Checks no more than that it is an event at all; throws UndecodableEventError. A text is what the codec gave. */
export function decodeEvent(payload: Buffer | string, codec: EventCodec = PLAIN_CODEC): Event {
  const value = parse(payload, codec);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UndecodableEventError('expected a JSON object');
  }
  const event = value as Partial<Record<keyof Event, unknown>>;
  for (const attribute of ['id', 'type', 'source', 'time'] as const) {
    if (typeof event[attribute] !== 'string') throw new UndecodableEventError(`its "${attribute}" is no text`);
  }
  if (event.specversion !== '1.0') throw new UndecodableEventError('its "specversion" is not "1.0"');
  return value as Event;
}

function parse(payload: Buffer | string, codec: EventCodec): unknown {
  try {
    return JSON.parse(typeof payload === 'string' ? payload : codec.decode(payload));
  } catch (cause) {
    throw new UndecodableEventError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
