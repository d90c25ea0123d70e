import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { EventId, TenantName } from '../../../channels/brands.ts';
import { encodeEvent } from '../../../channels/encode.ts';
import { formatSequence, type Event } from '../../../channels/event.ts';
import { channelTopic, engineTopic, partitionTopic, type ChannelName } from '../../../channels/topics.ts';
import { createEmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import type { MessageId } from '../../../runtime/broker/message-id.ts';
import type { Broker, OutgoingMessage } from '../../../runtime/broker/port.ts';
import type { JournalRecord } from '../../../runtime/engine/journal-record.ts';
import { createTenant } from '../../../runtime/events/tenant.ts';
import type { Log } from '../../../runtime/log.ts';

export const acme = 'acme' as TenantName;

export const PARTITIONS = 2;

export async function brokerWithTenant(folder: string): Promise<Broker> {
  const broker = await createEmbeddedBroker({ folder: join(folder, 'broker') });
  await createTenant(broker.admin, acme, PARTITIONS);
  return broker;
}

export function channel(name: ChannelName, partition = 0): string {
  return partitionTopic(channelTopic(acme, name), partition);
}

export function journal(partition = 0): string {
  return partitionTopic(engineTopic(acme, 'journal'), partition);
}

/** Sends in order and resolves with the position of each. */
export async function sendAll(
  broker: Broker,
  topic: string,
  messages: readonly OutgoingMessage[],
): Promise<readonly MessageId[]> {
  const producer = await broker.createProducer({ topic });
  try {
    const ids = await Promise.all(messages.map((message) => producer.send(message)));
    return ids.filter((id) => id !== undefined);
  } finally {
    await producer.close();
  }
}

export function event(sequence: number, fields: Partial<Event> = {}): Event {
  const source = fields.source ?? '/test/0';
  return {
    specversion: '1.0',
    id: createHash('sha256').update(`${source} ${sequence.toString()}`).digest('hex').slice(0, 16) as EventId,
    source,
    type: 'message.received',
    subject: 'c-1',
    time: new Date(Date.UTC(2026, 2, 6, 14) + sequence).toISOString(),
    partitionkey: 'c-1',
    sequence: formatSequence(sequence),
    data: { connector: 'sms', from: 'tel:+12125550123', text: `message ${sequence.toString()}` },
    ...fields,
  };
}

export function eventMessage(sequence: number, fields: Partial<Event> = {}): OutgoingMessage {
  return encodeEvent(event(sequence, fields));
}

export function journalMessage(record: JournalRecord): OutgoingMessage {
  return { payload: Buffer.from(JSON.stringify(record), 'utf8') };
}

export interface RecordedLog extends Log {
  readonly lines: string[];
}

export function recordedLog(): RecordedLog {
  const lines: string[] = [];
  const write =
    (level: string) =>
    (_fields: object, message: string): void => {
      lines.push(`${level}: ${message}`);
    };
  const log: RecordedLog = {
    lines,
    ...{ debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    child: () => log,
  };
  return log;
}
