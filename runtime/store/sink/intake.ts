/**
 * Receives from all feeds into one bounded buffer and hands it out in parts, batch by batch. Where the buffer is full
 * nothing more is received, so a slow store costs the broker's disk and no memory here.
 */
import type { Clock } from '../../clock.ts';
import { BrokerError } from '../../broker/errors.ts';
import { compareMessageIds, type MessageId } from '../../broker/message-id.ts';
import type { Broker, Consumer, Message } from '../../broker/port.ts';
import { STORE_SUBSCRIPTION } from '../../broker/subscriptions.ts';
import type { Feed } from './feeds.ts';
import type { FeedMessages } from './fold.ts';
import type { Progress } from './progress.ts';

export interface BatchLimits {
  readonly rows: number;
  /** Of payloads: a batch is in memory until it is stored. */
  readonly bytes: number;
  /** How long a first message waits for more. */
  readonly lingerMs: number;
}

export const BATCH_LIMITS: BatchLimits = { rows: 20_000, bytes: 32 * 1024 * 1024, lingerMs: 200 };

/** Messages that wait to be handed out: what waits longer is copied by the collector, more than once. */
const BUFFERED_ROWS_MAX = 2000;

/** Of one feed; then others have their turn. */
const HANDED_OUT_AT_ONCE = 200;

/** Taken from one feed before others have their turn. */
const RECEIVED_AT_ONCE = 1000;

/** Of these, taken between two looks at how full the buffer is: so many may be beyond its limits, and one of each other feed. */
const RECEIVED_UNSEEN = 16;

interface Lane {
  readonly feed: Feed;
  readonly consumer: Consumer;
  readonly queue: Message[];
  newest: MessageId | undefined;
}

export class Intake {
  readonly #lanes: readonly Lane[];
  readonly #limits: BatchLimits;
  readonly #clock: Clock;
  readonly #received: () => void | Promise<void>;
  #rows = 0;
  #bytes = 0;
  #turn = 0;
  #closed = false;
  #failure: unknown;
  #wake: (() => void)[] = [];
  #room: (() => void)[] = [];

  private constructor(lanes: readonly Lane[], limits: BatchLimits, clock: Clock, received: () => void | Promise<void>) {
    this.#lanes = lanes;
    this.#limits = limits;
    this.#clock = clock;
    this.#received = received;
    for (const lane of lanes) void this.#pump(lane);
  }

  /** Starts every feed after what is stored of it; positions come from the mark, never from the subscription. */
  static async open(
    broker: Broker,
    feeds: readonly Feed[],
    progress: Progress,
    options: { limits: BatchLimits; clock: Clock; received?: () => void | Promise<void> },
  ): Promise<Intake> {
    const opened = await Promise.allSettled(
      feeds.map(async (feed): Promise<Lane> => {
        const consumer = await broker.subscribe({
          topic: feed.topic,
          subscription: STORE_SUBSCRIPTION,
          type: 'Exclusive',
        });
        const newest = progress.get(feed.topic)?.position;
        try {
          await consumer.seek(newest === undefined ? 'Earliest' : { after: newest });
        } catch (error) {
          await consumer.close();
          throw error;
        }
        return { feed, consumer, queue: [], newest };
      }),
    );
    const lanes = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = opened.find((result) => result.status === 'rejected');
    if (failed) {
      await Promise.allSettled(lanes.map(({ consumer }) => consumer.close()));
      throw failed.reason;
    }
    return new Intake(lanes, options.limits, options.clock, options.received ?? (() => undefined));
  }

  /**
   * The messages of one batch, as they come, each feed's in its order: until its limits are reached, or its time is over
   * and no more are there. Nothing comes after `halt`. Rejects once a feed has failed.
   */
  async *batch(): AsyncGenerator<FeedMessages, void> {
    let { rows, bytes } = this.#limits;
    while (this.#rows === 0 && !this.#over()) await this.#woken();
    const linger = this.#linger();
    try {
      while (rows > 0 && bytes > 0 && !this.#over()) {
        const isEnough = this.#rows >= Math.min(rows, HANDED_OUT_AT_ONCE) || this.#full();
        if (!isEnough && !linger.isOver()) await this.#woken();
        else if (this.#rows === 0) return;
        else {
          const part = this.#take(Math.min(rows, HANDED_OUT_AT_ONCE), bytes);
          rows -= part.messages.length;
          bytes -= bytesOf(part.messages);
          yield part;
        }
      }
    } finally {
      linger.cancel();
    }
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  get isHalted(): boolean {
    return this.#closed;
  }

  /** Received and not yet handed out. */
  get buffered(): number {
    return this.#rows;
  }

  /** What is stored of these feeds will not be asked for again: the broker may delete it. */
  async acknowledge(batch: readonly { readonly topic: string; readonly last: MessageId }[]): Promise<void> {
    const last = new Map(batch.map((range) => [range.topic, range.last]));
    const lanes = this.#lanes.filter(({ feed }) => last.has(feed.topic));
    await Promise.all(
      lanes.map(async ({ feed, consumer }) => {
        const position = last.get(feed.topic);
        if (position !== undefined) await consumer.acknowledgeCumulative(position);
      }),
    );
  }

  /** Hands out nothing more; what was handed out can still be acknowledged. */
  halt(): void {
    this.#closed = true;
    this.#notify();
    this.#freed();
  }

  async close(): Promise<void> {
    this.halt();
    await Promise.allSettled(this.#lanes.map(({ consumer }) => consumer.close()));
  }

  async #pump(lane: Lane): Promise<void> {
    try {
      while (!this.#closed) {
        this.#store(lane, [await lane.consumer.receive()]);
        this.#storeBuffered(lane);
        await this.#received();
        while (this.#full() && !this.#over()) await this.#freedRoom();
      }
    } catch (error) {
      const expected = this.#closed && error instanceof BrokerError && error.code === 'broker-closed';
      if (!expected) this.#failure ??= error;
      this.#notify();
      this.#freed();
    }
  }

  #storeBuffered(lane: Lane): void {
    for (let received = 1; received < RECEIVED_AT_ONCE && !this.#full();) {
      const messages = lane.consumer.receiveBuffered(RECEIVED_UNSEEN);
      if (messages.length === 0) return;
      received += messages.length;
      this.#store(lane, messages);
    }
  }

  #store(lane: Lane, messages: readonly Message[]): void {
    for (const message of messages) {
      // A driver may deliver again what was seeked past or delivered before a reconnect.
      if (lane.newest !== undefined && compareMessageIds(message.id, lane.newest) <= 0) continue;
      lane.newest = message.id;
      lane.queue.push(message);
      this.#rows++;
      this.#bytes += message.payload.length;
    }
    this.#notify();
  }

  /** There is something. */
  #take(rows: number, bytes: number): FeedMessages {
    const count = this.#lanes.length;
    let lane = this.#lanes[this.#turn++ % count];
    while (lane && lane.queue.length === 0) lane = this.#lanes[this.#turn++ % count];
    if (!lane) throw new RangeError('there is no feed to take from');
    let [taken, left] = [0, bytes];
    for (const { payload } of lane.queue) {
      if (taken >= rows || left <= 0) break;
      left -= payload.length;
      taken++;
    }
    this.#rows -= taken;
    this.#bytes -= bytes - left;
    const messages = lane.queue.splice(0, taken);
    this.#freed();
    return { feed: lane.feed, messages };
  }

  #linger(): { readonly isOver: () => boolean; readonly cancel: () => void } {
    let isOver = false;
    const cancel = this.#clock.after(this.#limits.lingerMs, () => {
      isOver = true;
      this.#notify();
    });
    return { isOver: () => isOver, cancel };
  }

  #full(): boolean {
    return this.#rows >= Math.min(this.#limits.rows, BUFFERED_ROWS_MAX) || this.#bytes >= this.#limits.bytes;
  }

  #over(): boolean {
    return this.#closed || this.#failure !== undefined;
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #freedRoom(): Promise<void> {
    return new Promise((resolve) => this.#room.push(resolve));
  }

  #notify(): void {
    for (const resolve of this.#wake.splice(0)) resolve();
  }

  #freed(): void {
    for (const resolve of this.#room.splice(0)) resolve();
  }
}

function bytesOf(messages: readonly Message[]): number {
  return messages.reduce((sum, { payload }) => sum + payload.length, 0);
}
