import { parseTopicName } from '../admin/topic-name.ts';
import { BrokerError } from '../errors.ts';
import { messageId, messageIdParts, type MessageId } from '../message-id.ts';
import type { Consumer, ConsumerOptions, Message, SeekTarget, SubscriptionType } from '../port.ts';
import { Arrivals } from '../remote/arrivals.ts';
import { Deliveries } from '../remote/deliveries.ts';
import { decodeMessageId, encodeMessageId } from '../remote/message-id-wire.ts';
import type { AddonConsumer, AddonMessage, AddonMessageId } from './addon.ts';
import { clientError } from './client-error.ts';
import type { NativeClient } from './native-client.ts';

const DEFAULT_QUEUE_MESSAGES = 1000;
const DEFAULT_REDELIVERY_DELAY_MS = 1000;

/** The client's own spelling: another would silently mean Exclusive. */
const TYPES: Readonly<Record<SubscriptionType, string>> = {
  Exclusive: 'Exclusive',
  Shared: 'Shared',
  Failover: 'Failover',
  Key_Shared: 'KeyShared',
};

export interface NativeConsumerOptions extends ConsumerOptions {
  readonly readCompacted?: boolean;
}

export async function createNativeConsumer(native: NativeClient, options: NativeConsumerOptions): Promise<Consumer> {
  const consumer = new NativeConsumer(native, options);
  await consumer.open();
  return consumer;
}

class NativeConsumer implements Consumer {
  readonly topic: string;
  readonly subscription: string;
  readonly #native: NativeClient;
  readonly #options: NativeConsumerOptions;
  readonly #partition: number;
  readonly #queueMessages: number;
  readonly #inOrder: boolean;
  readonly #arrivals = new Arrivals(() => {
    this.#pump();
  });
  readonly #deliveries = new Deliveries<AddonMessageId>();
  #consumer: AddonConsumer | undefined;
  /** The one consumer on which a `receive` is outstanding. */
  #receiving: AddonConsumer | undefined;
  #closing: Promise<void> | undefined;
  #unsubscribing: Promise<void> | undefined;

  constructor(native: NativeClient, options: NativeConsumerOptions) {
    this.#native = native;
    this.#options = options;
    this.topic = options.topic;
    this.subscription = options.subscription;
    this.#partition = parseTopicName(options.topic).partition;
    this.#queueMessages = options.receiverQueueSize ?? DEFAULT_QUEUE_MESSAGES;
    this.#inOrder = options.type === 'Exclusive' || options.type === 'Failover';
  }

  async open(): Promise<void> {
    const { topic, subscription, type, initialPosition = 'Earliest', deadLetter, readCompacted } = this.#options;
    const { negativeAckRedeliveryDelayMs = DEFAULT_REDELIVERY_DELAY_MS } = this.#options;
    try {
      this.#consumer = await this.#native.client.subscribe({
        topic,
        subscription,
        subscriptionType: TYPES[type],
        subscriptionInitialPosition: initialPosition,
        receiverQueueSize: this.#queueMessages,
        batchIndexAckEnabled: true,
        nAckRedeliverTimeoutMs: negativeAckRedeliveryDelayMs,
        ...(readCompacted === true ? { readCompacted } : {}),
        ...(deadLetter
          ? { deadLetterPolicy: { deadLetterTopic: deadLetter.topic, maxRedeliverCount: deadLetter.maxRedeliverCount } }
          : {}),
      });
    } catch (thrown) {
      throw clientError(thrown, `subscribing "${subscription}" to ${topic}`);
    }
    this.#pump();
  }

  /** Keeps one bare `receive` outstanding while there is room: the only read of the client that holds no thread. */
  #pump(): void {
    const consumer = this.#consumer;
    if (!consumer || this.#receiving === consumer || this.#arrivals.waiting >= this.#queueMessages) return;
    this.#receiving = consumer;
    consumer.receive().then(
      (received) => {
        if (this.#receiving === consumer) this.#receiving = undefined;
        // What comes from a consumer that was closed meanwhile is delivered again to its successor.
        if (consumer === this.#consumer) this.#arrive(received);
      },
      (thrown: unknown) => {
        // Closing rejects the outstanding receive: expected then.
        if (consumer === this.#consumer) this.#arrivals.end(clientError(thrown, `receiving from ${this.topic}`));
      },
    );
  }

  #arrive(received: AddonMessage): void {
    const handle = received.getMessageId();
    const id = decodeMessageId(handle.serialize());
    if (id === undefined) {
      this.#arrivals.end(new BrokerError('broker-refused', `${this.topic} delivered a message without position`));
      return;
    }
    const rewound = this.#deliveries.arrived(id, handle);
    // The broker went back: what waits here comes again after this message, in order.
    if (rewound && this.#inOrder) this.#arrivals.clear();
    this.#arrivals.add(messageOf(received, id, this.topic));
    this.#pump();
  }

  receive(): Promise<Message> {
    return this.#arrivals.next();
  }

  receiveBuffered(max: number): readonly Message[] {
    return this.#arrivals.take(max);
  }

  async acknowledge(id: MessageId): Promise<void> {
    const consumer = this.#open();
    const handle = this.#handle(id);
    this.#deliveries.acknowledged(id);
    if (handle) await this.#answered(consumer.acknowledgeId(handle));
  }

  async acknowledgeCumulative(id: MessageId): Promise<void> {
    const consumer = this.#open();
    const handle = this.#handle(id) ?? this.#entryBefore(id);
    this.#deliveries.acknowledgedUpTo(id);
    if (handle) await this.#answered(consumer.acknowledgeCumulativeId(handle));
  }

  negativeAcknowledge(id: MessageId): void {
    const handle = this.#handle(id);
    if (handle) this.#consumer?.negativeAcknowledgeId(handle);
  }

  async #answered(answer: Promise<unknown>): Promise<void> {
    try {
      await answer;
    } catch (thrown) {
      throw clientError(thrown, `acknowledging on ${this.topic}`);
    }
  }

  #open(): AddonConsumer {
    if (this.#arrivals.ended) throw this.#arrivals.ended;
    if (!this.#consumer) throw new BrokerError('broker-disconnected', `the consumer of ${this.topic} is seeking`);
    return this.#consumer;
  }

  /**
   * Undefined inside a batch that was not delivered here: the client would take the whole batch for meant, also what
   * stands behind.
   */
  #handle(id: MessageId): AddonMessageId | undefined {
    const delivered = this.#deliveries.handleOf(id);
    if (delivered) return delivered;
    const [, , batchIndex] = messageIdParts(id);
    return batchIndex < 0 ? this.#undelivered(id) : undefined;
  }

  /** Of a message in a batch, whose batch stays unacknowledged. */
  #entryBefore(id: MessageId): AddonMessageId | undefined {
    const [ledger, entry] = messageIdParts(id);
    return entry > 0 ? this.#undelivered(messageId(ledger, entry - 1)) : undefined;
  }

  #undelivered(id: MessageId): AddonMessageId {
    return this.#native.addon.MessageId.deserialize(encodeMessageId(id, this.#partition));
  }

  /** Moved from outside while nobody is connected: messages under way during a seek cannot be told from later ones. */
  async seek(to: SeekTarget): Promise<void> {
    this.#open();
    await this.#disconnect();
    try {
      await this.#native.admin.resetCursor(this.topic, this.subscription, to);
      // Closed meanwhile: `close` has nothing to disconnect, and must find nothing opened behind its back.
      if (this.#closing === undefined) await this.open();
    } catch (thrown) {
      const error = clientError(thrown, `seeking on ${this.topic}`);
      this.#arrivals.end(error);
      throw error;
    }
  }

  async #disconnect(): Promise<void> {
    const consumer = this.#consumer;
    this.#consumer = undefined;
    await consumer?.close().catch(() => undefined);
    this.#arrivals.clear();
    this.#deliveries.clear();
  }

  close(): Promise<void> {
    this.#arrivals.end(new BrokerError('broker-closed', `the consumer of ${this.topic} was closed`));
    this.#closing ??= this.#disconnect();
    return this.#closing;
  }

  /** Asked only once: the broker leaves one of two calls that delete the same subscription unanswered. */
  unsubscribe(): Promise<void> {
    this.#unsubscribing ??= this.#unsubscribe();
    return this.#unsubscribing;
  }

  async #unsubscribe(): Promise<void> {
    await this.close();
    await this.#native.admin.deleteSubscription(this.topic, this.subscription);
  }
}

function messageOf(received: AddonMessage, id: MessageId, topic: string): Message {
  const key = received.getPartitionKey();
  return {
    id,
    topic,
    // A copy: the client's buffer lives no longer than its message.
    payload: Buffer.from(received.getData()),
    key: key === '' ? undefined : key,
    properties: { ...received.getProperties() },
    publishTimeMs: received.getPublishTimestamp(),
    redeliveryCount: received.getRedeliveryCount(),
  };
}
