import { BrokerError } from '../errors.ts';
import type { MessageId } from '../message-id.ts';
import type { OutgoingMessage, Producer, ProducerOptions } from '../port.ts';
import { FailStopSends } from '../remote/fail-stop-sends.ts';
import { decodeMessageId } from '../remote/message-id-wire.ts';
import { sendEach } from '../remote/send-each.ts';
import { type Connection, open, uniqueName, untilReleased } from './connection.ts';
import type { Socket } from './socket.ts';

/** Without a name of its own an exclusive producer takes this one: two of them then exclude each other. */
const EXCLUSIVE_NAME = 'exclusive';

/**
 * The broker's side of the connection stores what is sent close together as one entry: less than half the processor time
 * a message, for it and for whoever reads it. Positions are then `ledger:entry:index`. (A broker that is set not to
 * acknowledge inside a batch, `acknowledgmentAtBatchIndexLevelEnabled`, may redeliver a batch as a whole.)
 */
const BATCHING = { batchingEnabled: true, batchingMaxPublishDelay: 1, batchingMaxMessages: 1000 };

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
  readonly #sends = new FailStopSends(() => this.#socket?.abort());
  #socket: Socket | undefined;
  #closing: Promise<void> | undefined;

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
      query: { producerName: this.name, sendTimeoutMillis: 0, ...BATCHING },
      onText: (text) => {
        this.#settle(JSON.parse(text) as Reply);
      },
      onLost: (error) => {
        this.#sends.fail(error);
      },
    });
  }

  send(message: OutgoingMessage): Promise<MessageId | undefined> {
    if (message.sequenceId !== undefined) {
      const problem = 'the WebSocket API ignores sequence ids: check capabilities.dedup';
      this.#sends.fail(new BrokerError('capability-missing', problem));
    }
    return this.#sends.send(message, (context) => {
      const { payload, key, properties } = message;
      const frame = JSON.stringify({ payload: payload.toString('base64'), properties, key, context });
      return { bytes: frame.length, transmit: () => this.#socket?.send(frame) };
    });
  }

  sendAll(messages: readonly OutgoingMessage[]): Promise<void> {
    return sendEach(this, messages);
  }

  #settle({ result, messageId, errorMsg, context = '' }: Reply): void {
    if (result !== 'ok') {
      const said = errorMsg ?? result;
      const code = /exceeds|too large|size/i.test(said) ? 'message-too-large' : 'broker-refused';
      this.#sends.fail(new BrokerError(code, `sending to ${this.topic} failed: ${said}`));
      return;
    }
    const id = decodeMessageId(Buffer.from(messageId ?? '', 'base64'));
    if (id !== undefined) {
      this.#sends.succeed(context, id);
      return;
    }
    // This driver gives no sequence ids, so nothing can be a duplicate: the message is simply not stored.
    const problem = `${this.topic} dropped a message of "${this.name}" as a duplicate`;
    this.#sends.fail(new BrokerError('broker-refused', problem));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#sends.close(this.topic);
    await this.#socket?.close();
    if (this.#nameIsLock) await untilReleased(this.#connection, this.topic, this.name);
  }
}
