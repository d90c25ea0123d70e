import { setTimeout as pause } from 'node:timers/promises';
import type { TenantName } from '../../../channels/brands.ts';
import { channelTopic, partitionTopic, type ChannelName } from '../../../channels/topics.ts';
import type { Broker, Message, OutgoingMessage } from '../../../runtime/broker/port.ts';
import { createPublisher, type NewEvent, type Publisher } from '../../../runtime/events/publisher.ts';
import type { StatementLog } from '../../../runtime/events/statement-log.ts';

/** Only so that something broken fails instead of hanging. */
const DEADLINE_MS = 15_000;

/** Waits until `condition` holds; `what` says what did not happen. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + DEADLINE_MS;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`did not happen within ${DEADLINE_MS} ms: ${what}`);
    await pause(5);
  }
}

export const NOW_MS: number = Date.parse('2026-03-06T14:00:00.000Z');

/** A publisher whose ids are n1, n2, … and whose clock stands still. */
export function testPublisher(
  broker: Broker,
  tenant: TenantName,
  partitions: number,
  statements?: StatementLog,
): Publisher {
  let ids = 0;
  return createPublisher(broker, tenant, partitions, {
    source: '/test',
    now: () => NOW_MS,
    newId: () => `n${++ids}`,
    statements,
  });
}

export function received(contact: string, text: string): NewEvent {
  const data = { connector: 'sms', from: 'tel:+12125550123', text };
  return { type: 'message.received', subject: contact, data };
}

/** Puts a message onto a channel past every check, as a stranger might. */
export async function smuggle(
  broker: Broker,
  tenant: TenantName,
  channel: ChannelName,
  message: OutgoingMessage,
): Promise<void> {
  const producer = await broker.createProducer({ topic: partitionTopic(channelTopic(tenant, channel), 0) });
  await producer.send(message);
  await producer.close();
}

/** What a partition topic holds now, from its beginning. */
export async function stored(broker: Broker, topic: string): Promise<readonly Message[]> {
  const last = await broker.admin.lastMessageId(topic);
  const messages: Message[] = [];
  if (last === undefined) return messages;
  const reader = await broker.createReader({ topic, from: 'Earliest' });
  do messages.push(await reader.next());
  while (messages.at(-1)?.id !== last);
  await reader.close();
  return messages;
}

export interface LogLine {
  readonly level: 'info' | 'warn';
  readonly message: string;
}

export function recordingLog(): {
  readonly lines: LogLine[];
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
} {
  const lines: LogLine[] = [];
  return {
    lines,
    info: (_fields, message) => void lines.push({ level: 'info', message }),
    warn: (_fields, message) => void lines.push({ level: 'warn', message }),
  };
}
