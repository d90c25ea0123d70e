import type { EventId } from '../../channels/brands.ts';
import { formatSequence, type Event } from '../../channels/event.ts';

/** A row of the view `events`, as `StoreAccess.rows` gives it. */
export interface StoredEvent {
  readonly time: string;
  readonly type: string;
  readonly channel: string;
  readonly contact: string;
  readonly conversation: string;
  readonly id: string;
  readonly causation: string;
  readonly source: string;
  /** 0 where its source counts nothing, and of the first event of one that counts. */
  readonly sequence: number;
  readonly data: string;
  readonly extensions: string;
  readonly partitionkey: string;
  readonly traceparent: string;
}

export const STORED_EVENT_COLUMNS =
  'time, type, channel, contact, conversation, id, causation, source, sequence, data, extensions, partitionkey, traceparent';

/** An incarnation of a publisher of ours, `/connectors/sms/1795817069234-4c81674d-…`: it counts, from 0 on. */
const COUNTING_SOURCE = /\/\d{13}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type Writable = { -readonly [Name in keyof Event]: Event[Name] };

/** The event as it was published: the sink's `eventRow` turned round. */
export function cloudEventOf(row: Omit<StoredEvent, 'channel'>): Event {
  const { id, source, type, time, contact, conversation, causation, sequence, data, partitionkey, traceparent } = row;
  // Set one by one: what-if makes a million, and it took twice as long to spread what is often nothing.
  const start = { specversion: '1.0', id: id as EventId, source, type } as const;
  const head = contact === '' ? { ...start, time } : { ...start, subject: contact, time };
  const event: Writable =
    data === ''
      ? { ...head, data: undefined }
      : { ...head, datacontenttype: 'application/json', data: JSON.parse(data) as unknown };
  if (partitionkey !== '') event.partitionkey = partitionkey;
  if (sequence !== 0 || COUNTING_SOURCE.test(source)) event.sequence = formatSequence(sequence);
  if (conversation !== '') event.correlationid = conversation;
  if (causation !== '') event.causationid = causation;
  if (traceparent !== '') event.traceparent = traceparent;
  return row.extensions === '' ? event : { ...event, ...(JSON.parse(row.extensions) as object) };
}
