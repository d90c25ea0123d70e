import { EVENT_PROPERTIES } from '../../channels/encode.ts';
import { isReplayedMessage } from '../../channels/replayed.ts';
import { compareMessageIds, type MessageId } from '../broker/message-id.ts';
import type { Broker, Message, Reader } from '../broker/port.ts';
import { RetentionCursor } from './retention-cursor.ts';
import type { TenantTurns } from './turns.ts';

export interface FeedOptions {
  readonly name: string;
  /** Partition topic. */
  readonly topic: string;
  readonly subscription: string;
  /** Types that concern this loop; undefined: all. Others are passed over without parsing. */
  readonly types: ReadonlySet<string> | undefined;
}

/** Called with each message that concerns the loop; a returned promise holds the feed back. */
export type FeedHandler = (message: Message) => Promise<void> | undefined;

/** One input topic of a partition, read from a journaled position on. The cursor only keeps data from being deleted. */
export class Feed {
  readonly name: string;
  readonly topic: string;
  readonly #types: ReadonlySet<string> | undefined;
  readonly #reader: Reader;
  readonly #cursor: RetentionCursor;
  #position: MessageId | undefined;
  #advanced: () => void = () => undefined;
  #closed = false;
  #waiters: { readonly upTo: MessageId; readonly resolve: () => void }[] = [];

  private constructor(options: FeedOptions, reader: Reader, cursor: RetentionCursor, position: MessageId | undefined) {
    this.name = options.name;
    this.topic = options.topic;
    this.#types = options.types;
    this.#reader = reader;
    this.#cursor = cursor;
    this.#position = position;
  }

  static async open(broker: Broker, options: FeedOptions, position: MessageId | undefined): Promise<Feed> {
    const cursor = await RetentionCursor.open(broker, options.topic, options.subscription);
    const from = position === undefined ? 'Earliest' : { after: position };
    const reader = await broker.createReader({ topic: options.topic, from });
    return new Feed(options, reader, cursor, position);
  }

  /** Of the last message applied or passed over. */
  get position(): MessageId | undefined {
    return this.#position;
  }

  /**
   * Reads until it is closed or the broker fails; then rejects with what ended it. `advanced`: called after each message
   * that was applied or passed over.
   */
  async run(handle: FeedHandler, advanced: () => void, turns: TenantTurns): Promise<never> {
    this.#advanced = advanced;
    for (;;) {
      const message = await this.#reader.next();
      const turn = this.#concerns(message) ? turns.next() : undefined;
      if (turn) await turn;
      // Closed meanwhile: the reader says so.
      if (this.#closed) continue;
      const held = this.#take(message, handle);
      if (held) await held;
    }
  }

  #take(message: Message, handle: FeedHandler): Promise<void> | undefined {
    if (this.#position !== undefined && compareMessageIds(message.id, this.#position) <= 0) return undefined;
    if (!this.#concerns(message)) {
      this.#advance(message.id);
      return undefined;
    }
    const held = handle(message);
    if (!held) {
      this.#advance(message.id);
      return undefined;
    }
    return held.then(() => {
      this.#advance(message.id);
    });
  }

  #concerns(message: Message): boolean {
    const type = message.properties[EVENT_PROPERTIES.type];
    return type !== undefined && !isReplayedMessage(message) && (this.#types?.has(type) ?? true);
  }

  #advance(position: MessageId): void {
    this.#position = position;
    this.#advanced();
    if (this.#waiters.length === 0) return;
    const reached = this.#waiters.filter(({ upTo }) => compareMessageIds(upTo, position) <= 0);
    this.#waiters = this.#waiters.filter((waiter) => !reached.includes(waiter));
    for (const { resolve } of reached) resolve();
  }

  /** Whether everything that the topic holds has been taken. */
  async isCaughtUp(broker: Broker): Promise<boolean> {
    const upTo = await broker.admin.lastMessageId(this.topic);
    return upTo === undefined || this.#hasTaken(upTo);
  }

  #hasTaken(upTo: MessageId): boolean {
    return this.#position !== undefined && compareMessageIds(upTo, this.#position) <= 0;
  }

  /** Resolves once everything that the topic held at the time of the call has been taken. */
  async caughtUp(broker: Broker): Promise<void> {
    const upTo = await broker.admin.lastMessageId(this.topic);
    if (upTo === undefined || this.#hasTaken(upTo)) return;
    await new Promise<void>((resolve) => {
      this.#waiters.push({ upTo, resolve });
    });
  }

  /** Lets the broker delete what the journal has made unnecessary. */
  release(position: MessageId | undefined): Promise<void> {
    return this.#cursor.release(position);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#reader.close();
    await this.#cursor.close();
  }
}
