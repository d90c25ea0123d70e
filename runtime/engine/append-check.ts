import { BrokerError } from '../broker/errors.ts';
import { isDirectlyAfter, type MessageId } from '../broker/message-id.ts';
import type { Broker, Message } from '../broker/port.ts';
import { JournalFold, type JournalRecord, type Place } from './journal-record.ts';

export interface AppendCheckOptions {
  readonly broker: Pick<Broker, 'createReader'>;
  /** Partition topic. */
  readonly topic: string;
  readonly decode: (payload: Message['payload']) => JournalRecord;
}

/**
 * On a broker that cannot fence: whether a stored record counts, that is, whether no other owner's barrier stands before
 * it. Beginning at the owner's own barrier, each record either stands directly after the one before it, which its
 * position tells, or what stands in between is read, up to and including the record itself.
 */
export class AppendCheck {
  readonly #options: AppendCheckOptions;
  readonly #epoch: number;
  /** Up to which everything is known. */
  #sequence: number;
  #position: MessageId;
  /** Settles when all records handed over so far are checked; undefined while none waits. */
  #reading: Promise<void> | undefined;

  constructor(options: AppendCheckOptions, barrier: Place) {
    this.#options = options;
    this.#epoch = barrier.epoch;
    this.#sequence = barrier.sequence;
    this.#position = barrier.position;
  }

  /**
   * Call in journal order, once the record is stored. Undefined: it counts. Otherwise resolves when it is known to count.
   * Rejects with BrokerError `producer-fenced` where another owner came first; then no later record counts either.
   */
  check(sequence: number, position: MessageId): Promise<void> | undefined {
    if (!this.#reading && this.#follows(sequence, position)) return undefined;
    const reading: Promise<void> = (this.#reading ?? Promise.resolve())
      .then(() => (this.#follows(sequence, position) ? undefined : this.#readUpTo(sequence, position)))
      .then(() => {
        if (this.#reading === reading) this.#reading = undefined;
      });
    this.#reading = reading;
    return reading;
  }

  #follows(sequence: number, position: MessageId): boolean {
    if (!isDirectlyAfter(position, this.#position)) return false;
    this.#sequence = sequence;
    this.#position = position;
    return true;
  }

  async #readUpTo(sequence: number, position: MessageId): Promise<void> {
    const { broker, topic, decode } = this.#options;
    const reader = await broker.createReader({ topic, from: { after: this.#position } });
    try {
      const fold = new JournalFold(this.#epoch, this.#sequence);
      for (let at: MessageId | undefined; at !== position;) {
        const message = await reader.next();
        at = message.id;
        fold.accept(decode(message.payload));
      }
      if (fold.epoch !== this.#epoch || fold.sequence !== sequence) {
        throw new BrokerError('producer-fenced', `${topic} has a new owner`);
      }
    } finally {
      await reader.close();
    }
    this.#sequence = sequence;
    this.#position = position;
  }
}
