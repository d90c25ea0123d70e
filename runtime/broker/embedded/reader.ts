import { BrokerError } from '../errors.ts';
import type { Message, Reader } from '../port.ts';
import { BURST_MAX } from './burst.ts';
import type { Compaction } from './compaction.ts';
import { ReadHead } from './dispatch/dispatcher.ts';
import type { Topic } from './topic.ts';

interface PendingNext {
  readonly resolve: (message: Message) => void;
  readonly reject: (error: BrokerError) => void;
}

/** With `compaction`: first what compaction kept, from its horizon on every message. */
export class EmbeddedReader implements Reader {
  readonly topic: string;
  readonly #log: Topic;
  readonly #compaction: Compaction | undefined;
  readonly #head: ReadHead;
  readonly #stopListening: () => void;
  readonly #onClose: (reader: EmbeddedReader) => void;
  #position: number;
  /** Since it last had to wait. */
  #taken = 0;
  #pending: PendingNext | undefined;
  #closed = false;

  constructor(
    log: Topic,
    position: number,
    compaction: Compaction | undefined,
    onClose: (reader: EmbeddedReader) => void,
  ) {
    this.topic = log.name;
    this.#log = log;
    this.#position = position;
    this.#compaction = compaction;
    this.#head = new ReadHead(log);
    this.#onClose = onClose;
    this.#stopListening = log.onAppended(() => {
      this.#satisfy();
    });
  }

  next(): Promise<Message> {
    if (this.#closed) return Promise.reject(this.#closedError());
    if (this.#pending) return Promise.reject(new Error(`the reader of ${this.topic} has an outstanding next already`));
    const isLong = this.#taken === BURST_MAX;
    const message = isLong ? undefined : this.#take();
    this.#taken = message ? this.#taken + 1 : 0;
    if (message) return Promise.resolve(message);
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      if (isLong) {
        setImmediate(() => {
          this.#satisfy();
        });
      }
    });
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#stopListening();
      this.#pending?.reject(this.#closedError());
      this.#pending = undefined;
      this.#onClose(this);
    }
    return Promise.resolve();
  }

  #satisfy(): void {
    const pending = this.#pending;
    const message = pending && this.#take();
    if (!message) return;
    this.#pending = undefined;
    pending.resolve(message);
  }

  #take(): Message | undefined {
    if (this.#compaction && this.#position < this.#compaction.horizon) {
      const kept = this.#compaction.firstKeptFrom(this.#position);
      this.#position = kept ? kept.offset + 1 : this.#compaction.horizon;
      if (kept) return kept.message;
    }
    const offset = Math.max(this.#position, this.#log.first);
    if (offset >= this.#log.next) return undefined;
    this.#position = offset + 1;
    return this.#head.at(offset);
  }

  #closedError(): BrokerError {
    return new BrokerError('broker-closed', `the reader of ${this.topic} is closed`);
  }
}
