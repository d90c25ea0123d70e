import type { Broker, Producer, ProducerOptions } from '../broker/port.ts';

interface Shared {
  readonly opening: Promise<Producer>;
  users: number;
}

/**
 * One producer per topic for all loops of a process: what they publish at the same time travels, and is stored, together.
 * Each loop's messages stay in its order. Fail-stop for all: after a failed send every loop that shares the producer has
 * to open another, which is a new one. A loop that closes takes nothing back: what it sent before is still stored.
 */
export class SharedProducers implements Pick<Broker, 'createProducer'> {
  readonly #broker: Pick<Broker, 'createProducer'>;
  readonly #byTopic = new Map<string, Shared>();

  constructor(broker: Pick<Broker, 'createProducer'>) {
    this.#broker = broker;
  }

  /** As the broker's. Only what all can share: neither name nor access mode. */
  async createProducer({ topic }: Pick<ProducerOptions, 'topic'>): Promise<Producer> {
    const present = this.#byTopic.get(topic);
    const shared = present ?? { opening: this.#broker.createProducer({ topic }), users: 0 };
    if (!present) this.#byTopic.set(topic, shared);
    shared.users += 1;
    try {
      const producer = await shared.opening;
      return this.#share(shared, producer);
    } catch (error) {
      this.#forget(topic, shared);
      throw error;
    }
  }

  #share(shared: Shared, producer: Producer): Producer {
    const { topic, name } = producer;
    let closing: Promise<void> | undefined;
    const forget = (): void => {
      this.#forget(topic, shared);
    };
    const noticed = <Sent extends Promise<unknown>>(sent: Sent): Sent => {
      sent.catch(forget);
      return sent;
    };
    return {
      topic,
      name,
      send: (message) => noticed(producer.send(message)),
      sendAll: (messages) => noticed(producer.sendAll(messages)),
      close: () => {
        closing ??= this.#release(shared, producer);
        return closing;
      },
    };
  }

  async #release(shared: Shared, producer: Producer): Promise<void> {
    shared.users -= 1;
    if (shared.users > 0) return;
    this.#forget(producer.topic, shared);
    await producer.close();
  }

  /** Whoever opens the topic from now on gets another. */
  #forget(topic: string, shared: Shared): void {
    if (this.#byTopic.get(topic) === shared) this.#byTopic.delete(topic);
  }
}
