import type { EventCodec } from '../../channels/codec.ts';
import { decodeEvent, EVENT_PROPERTIES } from '../../channels/encode.ts';
import type { Event } from '../../channels/event.ts';
import { isReplayedEvent, isReplayedMessage } from '../../channels/replayed.ts';
import { checkRegistered, type RegisteredSchemas } from '../../channels/registered-schemas.ts';
import type { Consumer, ConsumerOptions, Message } from '../broker/port.ts';
import type { SubscribeDependencies } from './subscribe.ts';
import { isRedrivenFor } from './redriven.ts';

/** Messages taken from the consumer's buffer at once. */
const BATCH_MAX = 256;

/** Pauses between attempts to reach a broker that went away: doubled each time, from and up to. */
const RETRY_FIRST_MS = 100;
const RETRY_MOST_MS = 10_000;

export interface PartitionOptions {
  readonly consumer: ConsumerOptions;
  readonly types: ReadonlySet<string>;
  readonly codec: EventCodec | undefined;
  readonly registered: RegisteredSchemas | undefined;
  /** What is told again is what it wants; else it is passed over. */
  readonly replayed: boolean;
}

type Take = (event: Event, message: Message) => Promise<void>;

/** One partition of a subscription: receive, filter, decode, handle, acknowledge; over and over, until closed. */
export class PartitionSubscription {
  readonly #dependencies: SubscribeDependencies;
  readonly #options: PartitionOptions;
  readonly #take: Take;
  #consumer: Consumer;
  #closed = false;
  /** A message is being worked on; else the loop waits for one. */
  #busy = false;
  /** Ends a pause early. */
  #wake: () => void = () => undefined;
  /** Settles with the acknowledgements sent so far. */
  #acknowledged: Promise<void> = Promise.resolve();
  readonly #done: Promise<void>;

  static async open(
    dependencies: SubscribeDependencies,
    options: PartitionOptions,
    take: Take,
  ): Promise<PartitionSubscription> {
    const consumer = await dependencies.broker.subscribe(options.consumer);
    return new PartitionSubscription(dependencies, options, take, consumer);
  }

  private constructor(dependencies: SubscribeDependencies, options: PartitionOptions, take: Take, consumer: Consumer) {
    this.#dependencies = dependencies;
    this.#options = options;
    this.#take = take;
    this.#consumer = consumer;
    this.#done = this.#run();
  }

  /** Lets the handler under way finish, and its acknowledgement go out. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    if (!this.#busy) await this.#consumer.close();
    await this.#done;
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  async #run(): Promise<void> {
    while (!this.#isClosed()) {
      try {
        const message = await this.#consumer.receive();
        this.#busy = true;
        await this.#takeBatch(message);
      } catch (error) {
        if (!this.#isClosed()) await this.#reopen(error);
      } finally {
        this.#busy = false;
      }
    }
    await this.#acknowledged;
    await this.#consumer.close().catch(() => undefined);
  }

  async #takeBatch(first: Message): Promise<void> {
    await this.#takeOne(first);
    // What is left over when it closes is not acknowledged, and comes again.
    for (const message of this.#consumer.receiveBuffered(BATCH_MAX)) {
      if (this.#isClosed()) return;
      await this.#takeOne(message);
    }
  }

  async #takeOne(message: Message): Promise<void> {
    const type = message.properties[EVENT_PROPERTIES.type];
    const isOurs =
      (isRedrivenFor(message, this.#options.consumer.subscription) ?? true) &&
      (this.#options.replayed || !isReplayedMessage(message));
    if (type === undefined || !this.#options.types.has(type) || !isOurs) {
      this.#acknowledge(message);
      return;
    }
    try {
      await this.#handle(message);
      this.#acknowledge(message);
    } catch (error) {
      this.#log('warn', 'the handler did not take an event, it will come again', { id: message.id, type, error });
      this.#consumer.negativeAcknowledge(message.id);
    }
  }

  async #handle(message: Message): Promise<void> {
    const { codec, registered, replayed } = this.#options;
    let event: Event;
    try {
      event = decodeEvent(message.payload, codec);
      if (registered) checkRegistered(event, registered);
    } catch (error) {
      await this.#dependencies.deadLetter(message, this.#options.consumer.subscription, error);
      return;
    }
    if (!replayed && isReplayedEvent(event)) return;
    await this.#take(event, message);
  }

  /** Not waited for: an acknowledgement that gets lost brings the message again, which handlers must bear anyway. */
  #acknowledge(message: Message): void {
    const acknowledged = this.#consumer.acknowledge(message.id).catch((error: unknown) => {
      this.#log('warn', 'an acknowledgement got lost', { id: message.id, error });
    });
    const earlier = this.#acknowledged;
    this.#acknowledged = acknowledged.then(() => earlier);
  }

  /** Returns with a new consumer, or closed. */
  async #reopen(error: unknown): Promise<void> {
    this.#busy = true;
    this.#log('warn', 'the subscription broke off, trying to reach the broker again', { error });
    await this.#consumer.close().catch(() => undefined);
    for (let pauseMs = RETRY_FIRST_MS; !this.#isClosed(); pauseMs = Math.min(pauseMs * 2, RETRY_MOST_MS)) {
      await this.#pause(pauseMs);
      if (this.#isClosed()) return;
      try {
        this.#consumer = await this.#dependencies.broker.subscribe(this.#options.consumer);
        this.#log('info', 'the subscription goes on', {});
        return;
      } catch {
        // Said once, above; the next attempt comes.
      }
    }
  }

  #pause(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#dependencies.clock.after(durationMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  #log(level: 'info' | 'warn', message: string, fields: object): void {
    const { topic, subscription } = this.#options.consumer;
    this.#dependencies.log[level]({ topic, subscription, ...fields }, message);
  }
}
