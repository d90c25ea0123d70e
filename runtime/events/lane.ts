import { BrokerError } from '../broker/errors.ts';
import type { Broker, OutgoingMessage, Producer } from '../broker/port.ts';

/**
 * One incarnation of a publisher on one partition topic: a producer, and a source with its own run of sequences. It is
 * fail-stop: after one failed send nothing later from it succeeds, for a later sequence would hide an earlier one from
 * every consumer.
 */
export class Lane {
  readonly source: string;
  readonly #opening: Promise<Producer>;
  readonly #onEnd: () => void;
  #sequence = 0;
  #producer: Producer | undefined;
  /** Sends that came before the producer was there; none may overtake them. */
  #waiting = 0;
  #failure: Error | undefined;
  #closing: Promise<void> | undefined;

  /**
   * `onEnd` is called once, when this incarnation takes no more. `first` has the producer before any send; where it
   * rejects, so do all sends.
   */
  constructor(
    broker: Broker,
    topic: string,
    source: string,
    onEnd: () => void,
    first: (producer: Producer) => Promise<void> = () => Promise.resolve(),
  ) {
    this.source = source;
    this.#onEnd = onEnd;
    this.#opening = broker.createProducer({ topic }).then(async (producer) => {
      try {
        await first(producer);
        return producer;
      } catch (error) {
        await producer.close().catch(() => undefined);
        throw error;
      }
    });
    // Told by whatever is sent; it may be that nothing is.
    this.#opening.catch(() => undefined);
  }

  /** Resolves once sends go out; rejects with why this incarnation takes none. */
  async opened(): Promise<void> {
    await this.#opening.catch((error: unknown) => {
      throw this.#end(error);
    });
    if (this.#failure) throw this.#failure;
  }

  nextSequence(): number {
    return this.#sequence++;
  }

  /** Sends in the order of the calls. Resolves once the message is durable. */
  async send(message: OutgoingMessage): Promise<void> {
    try {
      await this.#sendInTurn(message);
    } catch (error) {
      throw this.#end(error);
    }
  }

  #sendInTurn(message: OutgoingMessage): Promise<unknown> {
    if (this.#failure) throw this.#failure;
    if (this.#producer && this.#waiting === 0) return this.#producer.send(message);
    this.#waiting += 1;
    return this.#opening.then((producer) => {
      this.#producer = producer;
      this.#waiting -= 1;
      if (this.#failure) throw this.#failure;
      return producer.send(message);
    });
  }

  async close(): Promise<void> {
    this.#end(new BrokerError('broker-closed', 'the publisher was closed'));
    await this.#closing;
  }

  #end(error: unknown): Error {
    if (this.#failure) return this.#failure;
    this.#failure = error instanceof Error ? error : new Error(String(error));
    this.#onEnd();
    this.#closing = this.#opening.then((producer) => producer.close()).catch(() => undefined);
    return this.#failure;
  }
}
