import type { MessageId } from '../broker/message-id.ts';

interface Slot {
  /** Of the newest message it stands for. */
  id: MessageId;
  done: boolean;
}

/** Marks its message as dealt with. */
export type Settle = () => void;

/**
 * A consumer's messages in the order in which they came, dealt with in any order: acknowledges them cumulatively as far
 * as there is no gap. Messages that need nothing cost nothing: they join the one before.
 */
export class AckWindow {
  readonly #slots: Slot[] = [];
  readonly #acknowledge: (upTo: MessageId) => Promise<void>;
  #next: MessageId | undefined;
  #sending: Promise<void> | undefined;

  /** `acknowledge` must not reject; it is called with the newest position once the call before is over. */
  constructor(acknowledge: (upTo: MessageId) => Promise<void>) {
    this.#acknowledge = acknowledge;
  }

  get length(): number {
    return this.#slots.length;
  }

  add(id: MessageId): Settle {
    const slot: Slot = { id, done: false };
    this.#slots.push(slot);
    return () => {
      slot.done = true;
      this.#advance();
    };
  }

  /** A message that is dealt with already. */
  pass(id: MessageId): void {
    const last = this.#slots.at(-1);
    if (last === undefined) this.#send(id);
    else if (last.done) last.id = id;
    else this.#slots.push({ id, done: true });
  }

  /** Resolves once what may be acknowledged is. */
  async acknowledged(): Promise<void> {
    await this.#sending;
  }

  #advance(): void {
    const firstOpen = this.#slots.findIndex(({ done }) => !done);
    const passed = this.#slots.splice(0, firstOpen === -1 ? this.#slots.length : firstOpen);
    const last = passed.at(-1);
    if (last) this.#send(last.id);
  }

  #send(upTo: MessageId): void {
    this.#next = upTo;
    this.#sending ??= this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    while (this.#next !== undefined) {
      const upTo = this.#next;
      this.#next = undefined;
      await this.#acknowledge(upTo);
    }
    this.#sending = undefined;
  }
}
