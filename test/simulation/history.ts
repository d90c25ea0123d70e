import { decodeEvent, EVENT_PROPERTIES } from '../../channels/encode.ts';
import { parseSequence } from '../../channels/event.ts';
import {
  CHANNELS,
  channelTopic,
  deadLetterTopic,
  ENGINE_TOPICS,
  engineTopic,
  partitionTopic,
} from '../../channels/topics.ts';
import type { Broker, Message } from '../../runtime/broker/port.ts';
import { REDRIVEN_FOR } from '../../runtime/events/redriven.ts';
import { TENANT } from './founding.ts';

/** Of a journal's record, what is shown. */
const RECORD_CHARACTERS = 300;

/** Everything that was published, by partition topic, in order. */
export type History = ReadonlyMap<string, readonly Message[]>;

export async function readHistory(broker: Broker): Promise<History> {
  const history = new Map<string, readonly Message[]>();
  const topics = [
    ...CHANNELS.map((channel) => channelTopic(TENANT, channel)),
    ...ENGINE_TOPICS.map((topic) => engineTopic(TENANT, topic)),
    deadLetterTopic(TENANT),
  ];
  for (const topic of topics) {
    const partitions = await broker.admin.partitions(topic);
    for (let partition = 0; partition < partitions; partition++) {
      const name = partitionTopic(topic, partition);
      history.set(name, await readTopic(broker, name));
    }
  }
  return history;
}

async function readTopic(broker: Broker, topic: string): Promise<readonly Message[]> {
  const last = await broker.admin.lastMessageId(topic);
  const reader = await broker.createReader({ topic, from: 'Earliest' });
  const messages: Message[] = [];
  while (last !== undefined && messages.at(-1)?.id !== last) messages.push(await reader.next());
  await reader.close();
  return messages;
}

/** The topics whose names have `part`, one message a line. */
export async function topicText(broker: Broker, part: string): Promise<string> {
  const topics = [...(await readHistory(broker))].filter(([topic]) => topic.includes(part));
  const line = (message: Message): string => {
    const { type, id, source, sequence } = identityOf(message);
    const what = type === '' ? message.payload.toString('utf8').slice(0, RECORD_CHARACTERS) : `${type} ${id}`;
    return `  ${message.id} ${new Date(message.publishTimeMs).toISOString()} ${what} ${source} ${sequence ?? ''}`;
  };
  return topics.map(([topic, messages]) => [topic, ...messages.map(line)].join('\n')).join('\n');
}

interface Identity {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly sequence: number | undefined;
}

/** By their partition topics. */
export function channelTopics(
  history: History,
  channels: readonly string[],
): readonly (readonly [string, readonly Message[]])[] {
  const letters = partitionTopic(deadLetterTopic(TENANT), 0);
  return [...history].filter(([topic]) => channels.includes(topic.split('/')[3] ?? '') && topic !== letters);
}

/** Whether it can be read; some of what comes in can not. */
export function isEvent({ payload }: Message): boolean {
  try {
    decodeEvent(payload);
    return true;
  } catch {
    return false;
  }
}

/** Sent again for one consumer that could not process it. */
export function isRedriven({ properties }: Message): boolean {
  return properties[REDRIVEN_FOR] !== undefined;
}

export function identityOf({ properties }: Message): Identity {
  return {
    id: properties[EVENT_PROPERTIES.id] ?? '',
    type: properties[EVENT_PROPERTIES.type] ?? '',
    source: properties[EVENT_PROPERTIES.source] ?? '',
    sequence: parseSequence(properties[EVENT_PROPERTIES.sequence] ?? ''),
  };
}

/** What a consumer takes of a topic: of each source what is above its last sequence, and all that has none. */
export function takenOf(messages: readonly Message[]): readonly Message[] {
  const last = new Map<string, number>();
  return messages.filter((message) => {
    if (isRedriven(message)) return false;
    const { source, sequence } = identityOf(message);
    if (sequence === undefined) return true;
    if (sequence <= (last.get(source) ?? -1)) return false;
    last.set(source, sequence);
    return true;
  });
}
