import type { Broker, Producer } from '../broker/port.ts';
import type { Place } from './journal-record.ts';
import type { Output } from './output-writer.ts';

/** Per topic, the newest send. It tells of all before it: sends resolve in order, and after one that fails all fail. */
type LastSends = Map<string, Promise<unknown>>;

interface Turn {
  /** Of the last record. */
  place: Place;
  readonly last: LastSends;
  /** Of records for which producers had to be opened. */
  readonly opened: Promise<void>[];
}

/**
 * Publishes what steps emitted, in journal order, after their records are durable. How far it has come is journaled with
 * each later record: after a crash the rest is published again, under the same ids and sequences, and consumers drop
 * what they have. (A subscription on the journal would do too, but a stalled former owner could sit on it.)
 */
export class Outbox {
  readonly #broker: Pick<Broker, 'createProducer'>;
  readonly #producers = new Map<string, Producer>();
  /** Settles when everything handed over so far is durable. */
  #inOrder: Promise<void> = Promise.resolve();
  /** What is being handed over in this turn of the event loop. */
  #turn: Turn | undefined;
  /** Records waiting for a producer to open; while there are any, later ones queue behind them. */
  #opening = 0;
  #openings: Promise<void> = Promise.resolve();
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
    const turn = this.#turn ?? this.#begin(place);
    turn.place = place;
    if (this.#sendable(outputs)) this.#send(outputs, turn.last);
    else turn.opened.push(this.#open(outputs));
    return this.#inOrder;
  }

  /** Records become durable many at a time, and all that leaves then is waited for together. */
  #begin(place: Place): Turn {
    const turn: Turn = { place, last: new Map(), opened: [] };
    const before = this.#inOrder;
    this.#turn = turn;
    this.#inOrder = Promise.resolve().then(async () => {
      this.#turn = undefined;
      await Promise.all([before, ...turn.last.values(), ...turn.opened]);
      this.#published = turn.place;
    });
    return turn;
  }

  /** Resolves once everything handed over so far is durable. */
  settled(): Promise<void> {
    return this.#inOrder;
  }

  #sendable(outputs: readonly Output[]): boolean {
    return this.#opening === 0 && outputs.every(({ topic }) => this.#producers.has(topic));
  }

  #send(outputs: readonly Output[], last: LastSends): void {
    for (const { topic, key, properties, payload } of outputs) {
      const sent = this.#producers.get(topic)?.send({ key, properties, payload });
      if (!sent) continue;
      // Waited for by the last one to its topic.
      sent.catch(ignore);
      last.set(topic, sent);
    }
  }

  async #open(outputs: readonly Output[]): Promise<void> {
    this.#opening += 1;
    const last: LastSends = new Map();
    this.#openings = this.#openings.then(async () => {
      for (const { topic } of outputs) {
        if (!this.#producers.has(topic)) this.#producers.set(topic, await this.#broker.createProducer({ topic }));
      }
      this.#send(outputs, last);
      this.#opening -= 1;
    });
    await this.#openings;
    await Promise.all(last.values());
  }

  async close(): Promise<void> {
    await this.#openings.catch(() => undefined);
    for (const producer of this.#producers.values()) await producer.close();
  }
}

function ignore(): void {
  return undefined;
}
