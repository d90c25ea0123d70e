import type { BrokerError } from '../errors.ts';
import type { MessageId } from '../message-id.ts';

/** In flight at once; more wait here, since a full queue at the client or broker is an error instead of a pause. */
const WINDOW_MESSAGES = 1000;
const WINDOW_BYTES = 8 * 1024 * 1024;

/**
 * A larger message travels alone: where the broker's limit is lower than usual, it would refuse the one message and
 * store what was sent right behind it.
 */
const TRAVELS_ALONE_BYTES = 384 * 1024;

export interface Sending {
  /** Names the send, unique within its producer. */
  readonly context: string;
  readonly bytes: number;
  readonly transmit: () => void;
  readonly resolve: (id: MessageId | undefined) => void;
  readonly reject: (error: BrokerError) => void;
}

/** Sends in their order: some in flight, the rest waiting for room. */
export class SendWindow {
  readonly #inFlight = new Map<string, Sending>();
  #inFlightBytes = 0;
  #waiting: Sending[] = [];
  #head = 0;
  #largeInFlight = false;

  add(sending: Sending): void {
    this.#waiting.push(sending);
    this.#advance();
  }

  /** Takes out the send that was replied to; undefined where it is not in flight. Makes room for the next. */
  settled(context: string): Sending | undefined {
    const sending = this.#inFlight.get(context);
    if (!sending) return undefined;
    this.#inFlight.delete(context);
    this.#inFlightBytes -= sending.bytes;
    this.#largeInFlight = false;
    this.#advance();
    return sending;
  }

  /** Takes out everything, in order. */
  drain(): readonly Sending[] {
    const all = [...this.#inFlight.values(), ...this.#waiting.slice(this.#head)];
    this.#inFlight.clear();
    this.#inFlightBytes = 0;
    this.#waiting = [];
    this.#head = 0;
    return all;
  }

  #advance(): void {
    for (let next = this.#waiting[this.#head]; next && this.#hasRoomFor(next.bytes); next = this.#waiting[this.#head]) {
      this.#head++;
      this.#inFlight.set(next.context, next);
      this.#inFlightBytes += next.bytes;
      this.#largeInFlight = next.bytes > TRAVELS_ALONE_BYTES;
      next.transmit();
    }
    // The array is renewed once it is used up: shifting it one by one is slow.
    if (this.#head < this.#waiting.length) return;
    this.#waiting = [];
    this.#head = 0;
  }

  #hasRoomFor(bytes: number): boolean {
    if (this.#inFlight.size === 0) return true;
    if (this.#largeInFlight || bytes > TRAVELS_ALONE_BYTES) return false;
    return this.#inFlight.size < WINDOW_MESSAGES && this.#inFlightBytes + bytes <= WINDOW_BYTES;
  }
}
