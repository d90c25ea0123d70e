import { randomUUID } from 'node:crypto';
import { BrokerError } from '../errors.ts';
import { compareMessageIds, type MessageId } from '../message-id.ts';
import type { Consumer, Message, Reader, ReaderOptions } from '../port.ts';
import { createNativeConsumer } from './consumer.ts';
import type { NativeClient } from './native-client.ts';

const PREFIX = 'parlance-reader-';

/** A reader of a process that ended without closing it leaves its subscription: deleted by the next reader after this. */
const ABANDONED_AFTER_MS = 60 * 60_000;

/** Messages read from one acknowledgement to the next. */
const ACKNOWLEDGE_EACH = 1000;

/**
 * The client's own reader occupies threads and can crash the process, so a reader is a consumer with a subscription of
 * its own, deleted on close.
 */
export async function createNativeReader(native: NativeClient, options: ReaderOptions): Promise<Reader> {
  const { topic, from, readCompacted = false } = options;
  const { admin } = native;
  await deleteAbandoned(native, topic);
  const subscription = `${PREFIX}${randomUUID()}`;
  await admin.createSubscription(topic, subscription, from === 'Latest' ? 'Latest' : 'Earliest');
  try {
    if (typeof from === 'object') await admin.resetCursor(topic, subscription, from);
    return new NativeReader(
      await createNativeConsumer(native, { topic, subscription, type: 'Exclusive', readCompacted }),
    );
  } catch (error) {
    await admin.deleteSubscription(topic, subscription);
    throw error;
  }
}

async function deleteAbandoned({ admin }: NativeClient, topic: string): Promise<void> {
  const abandoned = await admin.abandonedSubscriptions(topic, PREFIX, Date.now() - ABANDONED_AFTER_MS);
  for (const subscription of abandoned) await admin.deleteSubscription(topic, subscription);
}

class NativeReader implements Reader {
  readonly topic: string;
  readonly #consumer: Consumer;
  #newest: MessageId | undefined;
  #unacknowledged = 0;

  constructor(consumer: Consumer) {
    this.topic = consumer.topic;
    this.#consumer = consumer;
  }

  async next(): Promise<Message> {
    for (;;) {
      const message = await this.#consumer.receive();
      // After a lost connection what was not acknowledged comes again.
      if (this.#newest !== undefined && compareMessageIds(message.id, this.#newest) <= 0) continue;
      this.#newest = message.id;
      this.#unacknowledged += 1;
      if (this.#unacknowledged >= ACKNOWLEDGE_EACH) this.#acknowledge(message.id);
      return message;
    }
  }

  /** Without it the broker would keep, and the consumer remember, everything since the reader was opened. */
  #acknowledge(id: MessageId): void {
    this.#unacknowledged = 0;
    // One that gets lost is made up for by the next.
    this.#consumer.acknowledgeCumulative(id).catch(() => undefined);
  }

  async close(): Promise<void> {
    try {
      await this.#consumer.unsubscribe();
    } catch (error) {
      // It is closed, and cannot delete its subscription: abandoned, as of a process that ended.
      if (!(error instanceof BrokerError)) throw error;
    }
  }
}
