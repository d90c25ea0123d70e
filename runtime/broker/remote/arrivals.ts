import { BrokerError } from '../errors.ts';
import type { Message } from '../port.ts';

/** Messages that have arrived and wait to be taken, and the one call that waits for them. */
export class Arrivals {
  #waiting: { readonly resolve: (message: Message) => void; readonly reject: (error: BrokerError) => void } | undefined;
  #buffer: Message[] = [];
  /** Index of the first message of the buffer not yet taken: shifting an array of a thousand one by one is slow. */
  #head = 0;
  #ended: BrokerError | undefined;
  readonly #onTaken: (count: number) => void;

  /** `onTaken` tells how many messages were handed on, so that as many more can be asked for. */
  constructor(onTaken: (count: number) => void) {
    this.#onTaken = onTaken;
  }

  add(message: Message): void {
    const waiting = this.#waiting;
    if (!waiting) {
      this.#buffer.push(message);
      return;
    }
    this.#waiting = undefined;
    this.#onTaken(1);
    waiting.resolve(message);
  }

  next(): Promise<Message> {
    const [message] = this.take(1);
    if (message) return Promise.resolve(message);
    if (this.#ended) return Promise.reject(this.#ended);
    if (this.#waiting)
      return Promise.reject(new BrokerError('broker-refused', 'a call for the next message is waiting'));
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  take(max: number): readonly Message[] {
    const taken = this.#buffer.slice(this.#head, this.#head + max);
    if (taken.length === 0) return taken;
    this.#head += taken.length;
    if (this.#head === this.#buffer.length) this.#discard();
    this.#onTaken(taken.length);
    return taken;
  }

  /** How many have arrived and were not taken. */
  get waiting(): number {
    return this.#buffer.length - this.#head;
  }

  /** Forgets what was not taken. Returns how many. */
  clear(): number {
    const count = this.waiting;
    this.#discard();
    return count;
  }

  #discard(): void {
    this.#buffer = [];
    this.#head = 0;
  }

  /** Nothing more will come: what has not been taken will be delivered again to the next consumer. */
  end(error: BrokerError): void {
    this.#ended ??= error;
    this.clear();
    this.#waiting?.reject(this.#ended);
    this.#waiting = undefined;
  }

  get ended(): BrokerError | undefined {
    return this.#ended;
  }
}
