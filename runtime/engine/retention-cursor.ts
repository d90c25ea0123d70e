import type { MessageId } from '../broker/message-id.ts';
import { BrokerError } from '../broker/errors.ts';
import type { Broker, Consumer } from '../broker/port.ts';

/**
 * A durable subscription whose only task is to keep the broker from deleting what may still be read. Reading goes by
 * journaled positions through readers, which a stalled former owner's connection cannot hold up.
 */
export class RetentionCursor {
  readonly #consumer: Consumer;
  #released: MessageId | undefined;

  private constructor(consumer: Consumer) {
    this.#consumer = consumer;
  }

  static async open(broker: Broker, topic: string, subscription: string): Promise<RetentionCursor> {
    const consumer = await broker.subscribe({
      topic,
      subscription,
      type: 'Failover',
      initialPosition: 'Earliest',
      receiverQueueSize: 1,
    });
    return new RetentionCursor(consumer);
  }

  /** Everything up to `position` may go, as far as this subscription is concerned. A lost call costs only space. */
  async release(position: MessageId | undefined): Promise<void> {
    if (position === undefined || position === this.#released) return;
    try {
      await this.#consumer.acknowledgeCumulative(position);
      this.#released = position;
    } catch (error) {
      // A lost connection ends the loop by its readers and producers; anything else comes right with the next release.
      if (!(error instanceof BrokerError)) throw error;
    }
  }

  async close(): Promise<void> {
    await this.#consumer.close();
  }
}
