import { parseTopicName } from '../admin/topic-name.ts';
import { BrokerError } from '../errors.ts';
import { messageId } from '../message-id.ts';
import type { Message, Reader, ReaderOptions, SeekTarget } from '../port.ts';
import { Arrivals } from '../remote/arrivals.ts';
import { type Connection, open, uniqueName } from './connection.ts';
import { parseDelivery } from './delivery.ts';
import { encodeMessageId } from '../remote/message-id-wire.ts';
import type { Socket } from './socket.ts';

const QUEUE_MESSAGES = 1000;

/** Any command makes the broker send one more message; its content does not matter to a reader. */
const ONE_MORE = '{}';

export async function createWebSocketReader(connection: Connection, options: ReaderOptions): Promise<Reader> {
  if (options.readCompacted === true) {
    throw new BrokerError('capability-missing', 'the WebSocket API reads no compacted topics: check capabilities');
  }
  const reader = new WebSocketReader(connection, options);
  await reader.open(options.from);
  return reader;
}

class WebSocketReader implements Reader {
  readonly topic: string;
  readonly #connection: Connection;
  readonly #arrivals: Arrivals;
  #socket: Socket | undefined;
  #closing: Promise<void> | undefined;
  /** Messages published earlier are passed over until the first that was not; undefined from then on. */
  #notBeforeMs: number | undefined;

  constructor(connection: Connection, { topic }: ReaderOptions) {
    this.#connection = connection;
    this.topic = topic;
    this.#arrivals = new Arrivals((count) => {
      for (let taken = 0; taken < count; taken++) this.#socket?.send(ONE_MORE);
    });
  }

  async open(from: SeekTarget): Promise<void> {
    const start = await this.#startOf(from);
    this.#socket = await open(this.#connection, {
      role: 'reader',
      topic: this.topic,
      conflict: 'consumer-busy',
      query: { readerName: uniqueName(), messageId: start, receiverQueueSize: QUEUE_MESSAGES },
      onText: (text) => {
        this.#arrive(text);
      },
      onLost: (error) => {
        this.#arrivals.end(error);
      },
    });
  }

  async #startOf(from: SeekTarget): Promise<string> {
    if (typeof from === 'string') return from.toLowerCase();
    const { partition } = parseTopicName(this.topic);
    if ('after' in from) return encodeMessageId(from.after, partition).toString('base64');
    this.#notBeforeMs = from.timeMs;
    const { ledgerId, entryId } = await this.#connection.admin.positionAtTime(this.topic, from.timeMs);
    // The reader starts after the position it is given. Nothing precedes a ledger's first entry: the ends will do,
    // since messages of an earlier time are passed over.
    if (ledgerId < 0 || entryId <= 0) return 'earliest';
    return encodeMessageId(messageId(ledgerId, entryId - 1), partition).toString('base64');
  }

  #arrive(text: string): void {
    const { message } = parseDelivery(text, this.topic);
    if (this.#notBeforeMs !== undefined && message.publishTimeMs < this.#notBeforeMs) {
      this.#socket?.send(ONE_MORE);
      return;
    }
    this.#notBeforeMs = undefined;
    this.#arrivals.add(message);
  }

  next(): Promise<Message> {
    return this.#arrivals.next();
  }

  close(): Promise<void> {
    this.#arrivals.end(new BrokerError('broker-closed', `the reader of ${this.topic} was closed`));
    this.#closing ??= this.#socket?.close() ?? Promise.resolve();
    return this.#closing;
  }
}
