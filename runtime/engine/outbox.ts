import type { Broker, Producer } from '../broker/port.ts';
import type { Place } from './journal-record.ts';
import type { Output } from './output-writer.ts';

/**
 * Publishes what steps emitted, in journal order, after their records are durable. How far it has come is journaled with
 * each later record: after a crash the rest is published again, under the same ids and sequences, and consumers drop
 * what they have. (A subscription on the journal would do too, but a stalled former owner could sit on it.)
 */
export class Outbox {
  readonly #broker: Pick<Broker, 'createProducer'>;
  readonly #producers = new Map<string, Producer>();
  /** Publication in journal order: settles when everything handed over so far is durable. */
  #inOrder: Promise<void> = Promise.resolve();
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
    const sent = this.#sendable(outputs) ? this.#send(outputs) : this.#open(outputs);
    sent.catch(() => undefined);
    this.#inOrder = this.#inOrder
      .then(() => sent)
      .then(() => {
        this.#published = place;
      });
    return this.#inOrder;
  }

  /** Resolves once everything handed over so far is durable. */
  settled(): Promise<void> {
    return this.#inOrder;
  }

  #sendable(outputs: readonly Output[]): boolean {
    return this.#opening === 0 && outputs.every(({ topic }) => this.#producers.has(topic));
  }

  async #send(outputs: readonly Output[]): Promise<void> {
    const sends: Promise<unknown>[] = [];
    for (const { topic, key, properties, payload } of outputs) {
      const sent = this.#producers.get(topic)?.send({ key, properties, payload });
      if (sent) sends.push(sent);
    }
    await Promise.all(sends);
  }

  async #open(outputs: readonly Output[]): Promise<void> {
    this.#opening += 1;
    let sent: Promise<void> = Promise.resolve();
    this.#openings = this.#openings.then(async () => {
      for (const { topic } of outputs) {
        if (!this.#producers.has(topic)) this.#producers.set(topic, await this.#broker.createProducer({ topic }));
      }
      sent = this.#send(outputs);
      sent.catch(() => undefined);
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
