import { parseTopicName } from '../admin/topic-name.ts';
import { BrokerError } from '../errors.ts';
import { compareMessageIds, type MessageId } from '../message-id.ts';
import type { Consumer, ConsumerOptions, Message, SeekTarget } from '../port.ts';
import { Arrivals } from '../remote/arrivals.ts';
import { Deliveries } from '../remote/deliveries.ts';
import { encodeMessageId } from '../remote/message-id-wire.ts';
import { type Connection, open, uniqueName, untilReleased } from './connection.ts';
import { parseDelivery } from './delivery.ts';
import type { Socket } from './socket.ts';

const DEFAULT_QUEUE_MESSAGES = 1000;
const DEFAULT_REDELIVERY_DELAY_MS = 1000;

export async function createWebSocketConsumer(connection: Connection, options: ConsumerOptions): Promise<Consumer> {
  const consumer = new WebSocketConsumer(connection, options);
  await consumer.open();
  return consumer;
}

/** Acknowledgements get no reply: they are in order on the connection, and written by the time `close` resolves. */
class WebSocketConsumer implements Consumer {
  readonly topic: string;
  readonly subscription: string;
  readonly #connection: Connection;
  readonly #options: ConsumerOptions;
  readonly #name = uniqueName();
  readonly #partition: number;
  readonly #queueMessages: number;
  readonly #inOrder: boolean;
  readonly #arrivals: Arrivals;
  /** The handles are the broker's own base64 of the ids. */
  readonly #deliveries = new Deliveries<string>();
  #socket: Socket | undefined;
  #owedPermits = 0;
  /** Of a seek into a batch: some brokers deliver the batch from its beginning. Undefined once past it. */
  #soughtAfter: MessageId | undefined;
  #ending: Promise<void> | undefined;

  constructor(connection: Connection, options: ConsumerOptions) {
    this.#connection = connection;
    this.#options = options;
    this.topic = options.topic;
    this.subscription = options.subscription;
    this.#partition = parseTopicName(options.topic).partition;
    this.#queueMessages = options.receiverQueueSize ?? DEFAULT_QUEUE_MESSAGES;
    this.#inOrder = options.type === 'Exclusive' || options.type === 'Failover';
    this.#arrivals = new Arrivals((count) => {
      this.#permit(count);
    });
  }

  async open(): Promise<void> {
    const { type, initialPosition = 'Earliest', deadLetter, negativeAckRedeliveryDelayMs } = this.#options;
    const opened: Socket = await open(this.#connection, {
      role: 'consumer',
      topic: this.topic,
      subscription: this.subscription,
      conflict: 'consumer-busy',
      query: {
        consumerName: this.#name,
        subscriptionType: type,
        subscriptionInitialPosition: initialPosition,
        receiverQueueSize: this.#queueMessages,
        // Messages are asked for: in push mode the broker pauses at a queue's length of unacknowledged messages.
        pullMode: true,
        negativeAckRedeliveryDelay: negativeAckRedeliveryDelayMs ?? DEFAULT_REDELIVERY_DELAY_MS,
        ...(deadLetter ? { maxRedeliverCount: deadLetter.maxRedeliverCount, deadLetterTopic: deadLetter.topic } : {}),
      },
      onText: (text) => {
        this.#arrive(text);
      },
      onLost: (error) => {
        this.#arrivals.end(error);
      },
    });
    this.#socket = opened;
    this.#owedPermits = 0;
    opened.send(JSON.stringify({ type: 'permit', permitMessages: this.#queueMessages }));
  }

  #arrive(text: string): void {
    const { message, wireId } = parseDelivery(text, this.topic);
    if (this.#soughtAfter !== undefined) {
      if (compareMessageIds(message.id, this.#soughtAfter) <= 0) {
        this.#sendAcknowledgement(wireId);
        this.#permit(1);
        return;
      }
      this.#soughtAfter = undefined;
    }
    const rewound = this.#deliveries.arrived(message.id, wireId);
    // The broker went back: what waits here comes again after this message, in order.
    if (rewound && this.#inOrder) this.#permit(this.#arrivals.clear());
    this.#arrivals.add(message);
  }

  /** As many messages may come as were handed on, told in portions of half a queue. */
  #permit(count: number): void {
    this.#owedPermits += count;
    if (this.#owedPermits * 2 < this.#queueMessages) return;
    this.#socket?.send(JSON.stringify({ type: 'permit', permitMessages: this.#owedPermits }));
    this.#owedPermits = 0;
  }

  receive(): Promise<Message> {
    return this.#arrivals.next();
  }

  receiveBuffered(max: number): readonly Message[] {
    return this.#arrivals.take(max);
  }

  acknowledge(id: MessageId): Promise<void> {
    if (this.#arrivals.ended) return Promise.reject(this.#arrivals.ended);
    const wireId = this.#wireId(id);
    this.#deliveries.acknowledged(id);
    this.#sendAcknowledgement(wireId);
    return Promise.resolve();
  }

  async acknowledgeCumulative(id: MessageId): Promise<void> {
    if (this.#arrivals.ended) throw this.#arrivals.ended;
    if (!this.#inOrder) {
      throw new BrokerError('broker-refused', `a ${this.#options.type} subscription has no cumulative acknowledgement`);
    }
    // The API acknowledges one by one only. What was delivered here is everything there is up to the newest.
    const covered = this.#deliveries.covers(id);
    for (const wireId of this.#deliveries.acknowledgedUpTo(id)) this.#sendAcknowledgement(wireId);
    if (!covered) await this.#connection.admin.acknowledgeUpTo(this.topic, this.subscription, id);
  }

  #sendAcknowledgement(wireId: string): void {
    this.#socket?.send(`{"messageId":"${wireId}"}`);
  }

  negativeAcknowledge(id: MessageId): void {
    this.#socket?.send(JSON.stringify({ type: 'negativeAcknowledge', messageId: this.#wireId(id) }));
  }

  #wireId(id: MessageId): string {
    return this.#deliveries.handleOf(id) ?? encodeMessageId(id, this.#partition).toString('base64');
  }

  async seek(to: SeekTarget): Promise<void> {
    if (this.#arrivals.ended) throw this.#arrivals.ended;
    // The API has no seek: the subscription is moved from outside while nobody is connected.
    await this.#disconnect();
    try {
      await this.#connection.admin.resetCursor(this.topic, this.subscription, to);
      this.#soughtAfter = typeof to === 'object' && 'after' in to ? to.after : undefined;
      // Closed meanwhile: `close` has nothing to disconnect, and must find nothing opened behind its back.
      if (this.#ending === undefined) await this.open();
    } catch (error) {
      if (error instanceof BrokerError) this.#arrivals.end(error);
      throw error;
    }
  }

  async #disconnect(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    await socket?.close();
    this.#arrivals.clear();
    this.#deliveries.clear();
    await untilReleased(this.#connection, this.topic, this.#name);
  }

  close(): Promise<void> {
    this.#arrivals.end(new BrokerError('broker-closed', `the consumer of ${this.topic} was closed`));
    this.#ending ??= this.#disconnect();
    return this.#ending;
  }

  async unsubscribe(): Promise<void> {
    await this.close();
    await this.#connection.admin.deleteSubscription(this.topic, this.subscription);
  }
}
