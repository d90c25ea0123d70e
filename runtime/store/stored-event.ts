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

/** The event as it was published: the sink's `eventRow` turned round. */
export function cloudEventOf(row: Omit<StoredEvent, 'channel'>): Event {
  const { id, source, type, time, contact, conversation, causation, sequence, data, partitionkey, traceparent } = row;
  return {
    specversion: '1.0',
    id: id as EventId,
    source,
    type,
    ...(contact !== '' && { subject: contact }),
    time,
    ...(data !== '' && { datacontenttype: 'application/json' }),
    data: data === '' ? undefined : (JSON.parse(data) as unknown),
    ...(partitionkey !== '' && { partitionkey }),
    ...((sequence !== 0 || COUNTING_SOURCE.test(source)) && { sequence: formatSequence(sequence) }),
    ...(conversation !== '' && { correlationid: conversation }),
    ...(causation !== '' && { causationid: causation }),
    ...(traceparent !== '' && { traceparent }),
    ...(row.extensions !== '' && (JSON.parse(row.extensions) as object)),
  };
}
