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
  /** Whatever its size, nothing else is in flight with it. */
  readonly travelsAlone: boolean;
  readonly transmit: () => void;
  readonly resolve: (id: MessageId | undefined) => void;
  readonly reject: (error: BrokerError) => void;
}

interface InFlight {
  readonly sending: Sending;
  /** Set once it was replied to; it may have overtaken others. */
  reply?: { readonly id: MessageId | undefined };
}

/** Sends in their order: some in flight, the rest waiting for room. */
export class SendWindow {
  readonly #inFlight = new Map<string, InFlight>();
  #inFlightBytes = 0;
  #waiting: Sending[] = [];
  #head = 0;
  #isAlone = false;

  add(sending: Sending): void {
    this.#waiting.push(sending);
    this.#advance();
  }

  /** Resolves the send that was replied to once all before it are, and makes room for the next. */
  settle(context: string, id: MessageId | undefined): void {
    const replied = this.#inFlight.get(context);
    if (!replied) return;
    replied.reply = { id };
    for (const [first, { sending, reply }] of this.#inFlight) {
      if (!reply) break;
      this.#inFlight.delete(first);
      this.#inFlightBytes -= sending.bytes;
      sending.resolve(reply.id);
    }
    if (this.#inFlight.size === 0) this.#isAlone = false;
    this.#advance();
  }

  /** Takes out everything, in order. */
  drain(): readonly Sending[] {
    const inFlight = [...this.#inFlight.values()].map(({ sending }) => sending);
    const all = [...inFlight, ...this.#waiting.slice(this.#head)];
    this.#inFlight.clear();
    this.#inFlightBytes = 0;
    this.#waiting = [];
    this.#head = 0;
    return all;
  }

  #advance(): void {
    for (let next = this.#waiting[this.#head]; next && this.#hasRoomFor(next); next = this.#waiting[this.#head]) {
      this.#head++;
      this.#inFlight.set(next.context, { sending: next });
      this.#inFlightBytes += next.bytes;
      this.#isAlone = isAlone(next);
      next.transmit();
    }
    // The array is renewed once it is used up: shifting it one by one is slow.
    if (this.#head < this.#waiting.length) return;
    this.#waiting = [];
    this.#head = 0;
  }

  #hasRoomFor(next: Sending): boolean {
    if (this.#inFlight.size === 0) return true;
    if (this.#isAlone || isAlone(next)) return false;
    return this.#inFlight.size < WINDOW_MESSAGES && this.#inFlightBytes + next.bytes <= WINDOW_BYTES;
  }
}

function isAlone({ bytes, travelsAlone }: Sending): boolean {
  return travelsAlone || bytes > TRAVELS_ALONE_BYTES;
}
