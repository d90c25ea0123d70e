import { BrokerError } from '../errors.ts';
import type { MessageId } from '../message-id.ts';
import type { Follower, Led, OutgoingMessage, Producer } from '../port.ts';
import { refusalOf } from './acceptance.ts';
import type { Sender } from './append-queue.ts';
import { Following, type Leader } from './following.ts';
import type { Topic } from './topic.ts';

export class EmbeddedProducer implements Producer, Leader {
  readonly topic: string;
  readonly name: string;
  readonly #log: Topic;
  readonly #onClose: (producer: EmbeddedProducer) => void;
  readonly train: Sender;
  #lost: BrokerError | undefined;
  #failure: BrokerError | undefined;
  #closed = false;

  constructor(log: Topic, name: string, onClose: (producer: EmbeddedProducer) => void) {
    this.topic = log.name;
    this.name = name;
    this.#log = log;
    this.#onClose = onClose;
    const fail = (error: BrokerError): void => {
      this.#lost ??= error;
      this.fail(error);
    };
    this.train = { name: '', fail };
  }

  get lost(): BrokerError | undefined {
    return this.#lost;
  }

  send(message: OutgoingMessage): Promise<MessageId | undefined> {
    const failure = this.#failure ?? this.#refusalOf(message);
    if (failure) return Promise.reject(failure);
    return this.#log.append([message], this);
  }

  sendAll(messages: readonly OutgoingMessage[]): Promise<void> {
    for (const [at, message] of messages.entries()) {
      const failure = this.#failure ?? this.#refusalOf(message);
      if (!failure) continue;
      this.#log.append(messages.slice(0, at), this).catch(nothing);
      return Promise.reject(failure);
    }
    return this.#log.append(messages, this).then(nothing);
  }

  lead(message: OutgoingMessage, followers: readonly Follower[]): Promise<Led> {
    const failure = this.#failure ?? this.#refusalOf(message) ?? this.#missing(followers);
    if (failure) return Promise.reject(failure);
    return this.#log.lead(message, new Following(this, followers));
  }

  /** The first failure is the last word: every later send is rejected with it. */
  fail(error: BrokerError): void {
    this.#failure ??= error;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.fail(new BrokerError('broker-closed', `the producer "${this.name}" on ${this.topic} is closed`));
    await this.#log.settled();
    this.#onClose(this);
  }

  #missing(followers: readonly Follower[]): BrokerError | undefined {
    try {
      for (const { topic } of followers) this.#log.topicOf(topic);
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error;
      this.fail(error);
    }
    return this.#failure;
  }

  #refusalOf(message: OutgoingMessage): BrokerError | undefined {
    const refusal = refusalOf(message);
    if (refusal) this.fail(refusal);
    return this.#failure;
  }
}

function nothing(): void {
  return undefined;
}
