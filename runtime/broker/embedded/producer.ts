import { BrokerError } from '../errors.ts';
import type { MessageId } from '../message-id.ts';
import type { OutgoingMessage, Producer } from '../port.ts';
import type { Sender } from './append-queue.ts';
import type { Topic } from './topic.ts';

/** Pulsar's default: payload, key and properties together. */
const MAX_MESSAGE_BYTES = 5 * 1024 * 1024;

const MAX_KEY_BYTES = 65_535;

export class EmbeddedProducer implements Producer, Sender {
  readonly topic: string;
  readonly name: string;
  readonly #log: Topic;
  readonly #onClose: (producer: EmbeddedProducer) => void;
  #failure: BrokerError | undefined;
  #closed = false;

  constructor(log: Topic, name: string, onClose: (producer: EmbeddedProducer) => void) {
    this.topic = log.name;
    this.name = name;
    this.#log = log;
    this.#onClose = onClose;
  }

  send(message: OutgoingMessage): Promise<MessageId | undefined> {
    const failure = this.#failure ?? this.#unacceptable(message);
    if (failure) return Promise.reject(failure);
    return this.#log.append([message], this);
  }

  sendAll(messages: readonly OutgoingMessage[]): Promise<void> {
    for (const [at, message] of messages.entries()) {
      const failure = this.#failure ?? this.#unacceptable(message);
      if (!failure) continue;
      this.#log.append(messages.slice(0, at), this).catch(nothing);
      return Promise.reject(failure);
    }
    return this.#log.append(messages, this).then(nothing);
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

  #unacceptable({ payload, key, properties, sequenceId }: OutgoingMessage): BrokerError | undefined {
    // Properties are counted without their JSON quoting: the limit is Pulsar's order of magnitude, not its byte count.
    let bytes = payload.length + (key?.length ?? 0);
    for (const name in properties) bytes += name.length + (properties[name]?.length ?? 0);
    if (bytes > MAX_MESSAGE_BYTES) {
      this.fail(
        new BrokerError('message-too-large', `a message of ${bytes} bytes is over the limit of ${MAX_MESSAGE_BYTES}`),
      );
    } else if (key !== undefined && key.length * 3 > MAX_KEY_BYTES && Buffer.byteLength(key) > MAX_KEY_BYTES) {
      this.fail(new BrokerError('broker-refused', `a message key may have ${MAX_KEY_BYTES} bytes`));
    } else if (sequenceId !== undefined && (!Number.isSafeInteger(sequenceId) || sequenceId < 0)) {
      this.fail(new BrokerError('broker-refused', `a sequence id is a whole number from 0, not ${sequenceId}`));
    }
    return this.#failure;
  }
}

function nothing(): void {
  return undefined;
}
