/**
 * Up to which moment the store has all that past states are made of: it lags behind the channels a little, and a lot
 * while ClickHouse is away. Only the broker knows what is still to come.
 */
import type { TenantName } from '../../channels/brands.ts';
import type { EventCodec } from '../../channels/codec.ts';
import { ParlanceError } from '../../channels/error.ts';
import { compareMessageIds, type MessageId } from '../broker/message-id.ts';
import { nextWithin } from '../broker/next-within.ts';
import type { Broker, Message } from '../broker/port.ts';
import type { Clock } from '../clock.ts';
import { decodeRecord } from '../engine/journal.ts';
import { feedsOf, type Feed } from '../store/sink/feeds.ts';

/** The journals, the inputs of steps, and the definitions that they knew. */
const MADE_OF: ReadonlySet<Feed['of']> = new Set(['journal', 'inbox', 'messaging', 'data', 'machines']);

export class StoredUntilError extends ParlanceError<'stored-until-unknown'> {}

/** The last message of a topic that is stored. */
export interface Mark {
  readonly topic: string;
  readonly position: MessageId;
}

export interface StoredUntilOptions {
  readonly broker: Pick<Broker, 'admin' | 'createReader'>;
  readonly tenant: TenantName;
  readonly codec: EventCodec;
  readonly clock: Clock;
  /** Rows of the tenant's view `marks`. */
  readonly marks: () => Promise<readonly Mark[]>;
}

/**
 * Milliseconds: every step at a moment before it is stored, with its input. Where nothing is missing it is the present.
 * Rejects with BrokerError or StoredUntilError.
 */
export async function storedUntil(options: StoredUntilOptions): Promise<number> {
  const { broker, tenant, clock, marks } = options;
  const present = clock.now();
  const stored = new Map((await marks()).map(({ topic, position }) => [topic, position]));
  const feeds = (await feedsOf(broker.admin, tenant)).filter(({ of }) => MADE_OF.has(of));
  const missing = await Promise.all(feeds.map((feed) => firstMissing(options, feed, stored.get(feed.topic))));
  return Math.min(present, ...missing);
}

/** The moment of the first message of a topic that is not stored. */
async function firstMissing(
  options: StoredUntilOptions,
  { topic, of }: Feed,
  stored: MessageId | undefined,
): Promise<number> {
  const { broker, codec } = options;
  const last = await broker.admin.lastMessageId(topic);
  if (last === undefined || (stored !== undefined && compareMessageIds(stored, last) >= 0)) return Infinity;
  const message = await messageAfter(options, topic, stored);
  // What a step sees as its moment is not later than its record is published.
  return of === 'journal' ? decodeRecord(message.payload, codec).now : message.publishTimeMs;
}

async function messageAfter(
  { broker, clock }: StoredUntilOptions,
  topic: string,
  stored: MessageId | undefined,
): Promise<Message> {
  const reader = await broker.createReader({ topic, from: stored === undefined ? 'Earliest' : { after: stored } });
  try {
    const message = await nextWithin(reader, clock);
    if (message) return message;
    const text = `${topic} gives nothing, although the broker says that it holds more than is stored`;
    throw new StoredUntilError('stored-until-unknown', text);
  } finally {
    await reader.close();
  }
}
