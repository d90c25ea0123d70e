import type { Broker, OutgoingMessage, Producer } from '../broker/port.ts';
import type { Place } from './journal-record.ts';
import type { Output } from './output-writer.ts';

/** Records whose outputs left with them and are durable together. */
interface Followed {
  readonly settling: Promise<void>;
  last: Place;
  isDurable: boolean;
}

/** Messages by topic, in order. */
type Batches = Map<string, OutgoingMessage[]>;

/**
 * Publishes what steps emitted, in journal order, after their records are durable, unless it left with them. How far it has come is journaled with
 * each later record: after a crash the rest is published again, under the same ids and sequences, and consumers drop
 * what they have. (A subscription on the journal would do too, but a stalled former owner could sit on it.)
 */
export class Outbox {
  readonly #broker: Pick<Broker, 'createProducer'>;
  readonly #producers = new Map<string, Producer>();
  /** Settles when everything handed over so far is durable. */
  #inOrder: Promise<void> = Promise.resolve();
  /** What is being handed over in this turn of the event loop. */
  #turn: Batches | undefined;
  /** The last record that was handed over. */
  #last: Place | undefined;
  /** Turns waiting for a producer to open; while there are any, later ones queue behind them. */
  #opening = 0;
  #openings: Promise<void> = Promise.resolve();
  #followed: Followed | undefined;
  #published: Place | undefined;

  /** `published`: the last record whose outputs are known to be durable, if any. */
  constructor(broker: Pick<Broker, 'createProducer'>, published: Place | undefined) {
    this.#broker = broker;
    this.#published = published;
  }

  /** The last record up to which all outputs are durable. */
  get published(): Place | undefined {
    return this.#published;
  }

  /** Resolves once the outputs of this record and all before it are durable. Call in journal order, without waiting. */
  publish(outputs: readonly Output[], place: Place): Promise<void> {
    const batches = this.#turn ?? this.#begin();
    this.#last = place;
    for (const output of outputs) {
      const batch = batches.get(output.topic);
      if (batch) batch.push(output.message());
      else batches.set(output.topic, [output.message()]);
    }
    return this.#inOrder;
  }

  /** Records become durable many at a time, and what they give each topic is sent, and waited for, together. */
  #begin(): Batches {
    const before = this.#inOrder;
    const batches: Batches = new Map();
    this.#turn = batches;
    this.#inOrder = Promise.resolve().then(async () => {
      const last = this.#last;
      await Promise.all([before, ...this.#sendTurn()]);
      this.#published = last;
    });
    return batches;
  }

  /**
   * As `publish`, for outputs that left with their record. `settling`: the same for many records. Of one owner's records
   * either all leave this way or none.
   */
  follow(settling: Promise<void>, place: Place): Promise<void> {
    let followed = this.#followed;
    if (followed?.settling !== settling) {
      followed = { settling, last: place, isDurable: false };
      this.#followed = followed;
      this.#inOrder = this.#settle(followed, this.#inOrder);
    }
    followed.last = place;
    if (followed.isDurable) this.#published = place;
    return this.#inOrder;
  }

  async #settle(followed: Followed, before: Promise<void>): Promise<void> {
    await Promise.all([before, followed.settling]);
    followed.isDurable = true;
    this.#published = followed.last;
  }

  /** Resolves once everything handed over so far is durable. */
  settled(): Promise<void> {
    return this.#inOrder;
  }

  #sendTurn(): readonly Promise<void>[] {
    const batches = this.#turn ?? new Map<string, OutgoingMessage[]>();
    this.#turn = undefined;
    const isSendable = this.#opening === 0 && [...batches.keys()].every((topic) => this.#producers.has(topic));
    return isSendable ? this.#sendNow(batches) : [this.#open(batches)];
  }

  #sendNow(batches: Batches): readonly Promise<void>[] {
    return [...batches].flatMap(([topic, messages]) => this.#producers.get(topic)?.sendAll(messages) ?? []);
  }

  async #open(batches: Batches): Promise<void> {
    this.#opening += 1;
    let sent: Promise<unknown> = Promise.resolve();
    this.#openings = this.#openings.then(async () => {
      for (const topic of batches.keys()) {
        if (!this.#producers.has(topic)) this.#producers.set(topic, await this.#broker.createProducer({ topic }));
      }
      sent = Promise.all(this.#sendNow(batches));
      sent.catch(ignore);
      this.#opening -= 1;
    });
    await this.#openings;
    await sent;
  }

  async close(): Promise<void> {
    await this.#openings.catch(() => undefined);
    for (const producer of this.#producers.values()) await producer.close();
  }
}

function ignore(): void {
  return undefined;
}
