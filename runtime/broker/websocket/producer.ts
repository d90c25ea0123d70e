import { BrokerError } from '../errors.ts';
import type { MessageId } from '../message-id.ts';
import type { OutgoingMessage, Producer, ProducerOptions } from '../port.ts';
import { type Connection, open, uniqueName, untilReleased } from './connection.ts';
import { decodeMessageId } from './message-id-wire.ts';
import { SendWindow } from './send-window.ts';
import type { Socket } from './socket.ts';

/** Pulsar's default maxMessageSize, 5 MiB, less room for key, properties and metadata. */
const MAX_PAYLOAD_BYTES = 5 * 1024 * 1024 - 64 * 1024;

/** Without a name of its own an exclusive producer takes this one: two of them then exclude each other. */
const EXCLUSIVE_NAME = 'exclusive';

interface Reply {
  readonly result: string;
  readonly messageId?: string;
  readonly errorMsg?: string;
  readonly context?: string;
}

/** The API knows no access modes. `Exclusive` is the lock on the name: it keeps out producers of the same name only. */
export async function createWebSocketProducer(connection: Connection, options: ProducerOptions): Promise<Producer> {
  const { topic, accessMode = 'Shared' } = options;
  if (accessMode === 'ExclusiveWithFencing') {
    throw new BrokerError('capability-missing', 'the WebSocket API cannot fence producers: check capabilities.fencing');
  }
  const lock = options.name ?? (accessMode === 'Exclusive' ? EXCLUSIVE_NAME : undefined);
  const producer = new WebSocketProducer(connection, topic, lock);
  await producer.open();
  return producer;
}

class WebSocketProducer implements Producer {
  readonly topic: string;
  readonly name: string;
  readonly #connection: Connection;
  readonly #nameIsLock: boolean;
  readonly #window = new SendWindow((frame) => this.#socket?.send(frame));
  #socket: Socket | undefined;
  #failure: BrokerError | undefined;
  #closing: Promise<void> | undefined;
  #sends = 0;

  constructor(connection: Connection, topic: string, lock: string | undefined) {
    this.#connection = connection;
    this.topic = topic;
    this.name = lock ?? uniqueName();
    this.#nameIsLock = lock !== undefined;
  }

  async open(): Promise<void> {
    this.#socket = await open(this.#connection, {
      role: 'producer',
      topic: this.topic,
      conflict: 'producer-busy',
      // A send that the broker gave up on could be followed by one that it stores. Without a time-out, a send ends
      // only by being stored or with the connection.
      query: { producerName: this.name, sendTimeoutMillis: 0, batchingEnabled: false },
      onText: (text) => {
        this.#settle(JSON.parse(text) as Reply);
      },
      onLost: (error) => {
        this.#fail(error);
      },
    });
  }

  send(message: OutgoingMessage): Promise<MessageId> {
    const refused = this.#failure ?? problemOf(message);
    if (refused) {
      this.#fail(refused);
      return Promise.reject(refused);
    }
    const { payload, key, properties } = message;
    const context = (this.#sends++).toString();
    const frame = JSON.stringify({ payload: payload.toString('base64'), properties, key, context });
    return new Promise((resolve, reject) => {
      this.#window.add({ context, frame, resolve, reject });
    });
  }

  #settle({ result, messageId, errorMsg, context = '' }: Reply): void {
    if (this.#failure) return;
    if (result !== 'ok') {
      const said = errorMsg ?? result;
      const code = /exceeds|too large|size/i.test(said) ? 'message-too-large' : 'broker-refused';
      this.#fail(new BrokerError(code, `sending to ${this.topic} failed: ${said}`));
      return;
    }
    const id = decodeMessageId(messageId ?? '');
    if (id === undefined) {
      // This driver gives no sequence ids, so nothing can be a duplicate: the message is simply not stored.
      this.#fail(new BrokerError('broker-refused', `${this.topic} dropped a message of "${this.name}" as a duplicate`));
      return;
    }
    this.#window.settled(context)?.resolve(id);
  }

  /** Fail-stop: cuts the connection, so that nothing behind the failed send is stored, and fails what is in flight. */
  #fail(error: BrokerError): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#socket?.abort();
    for (const { reject } of this.#window.drain()) reject(error);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const closed = new BrokerError('broker-closed', `the producer of ${this.topic} was closed`);
    this.#failure ??= closed;
    for (const { reject } of this.#window.drain()) reject(closed);
    await this.#socket?.close();
    if (this.#nameIsLock) await untilReleased(this.#connection, this.topic, this.name);
  }
}

function problemOf({ payload, sequenceId }: OutgoingMessage): BrokerError | undefined {
  if (sequenceId !== undefined) {
    return new BrokerError('capability-missing', 'the WebSocket API ignores sequence ids: check capabilities.dedup');
  }
  if (payload.length <= MAX_PAYLOAD_BYTES) return undefined;
  const sizes = `${payload.length.toString()} bytes, more than ${MAX_PAYLOAD_BYTES.toString()}`;
  return new BrokerError('message-too-large', `a message for the broker has ${sizes}`);
}
