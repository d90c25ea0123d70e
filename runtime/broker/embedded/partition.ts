import { BrokerError } from '../errors.ts';
import type { ConsumerOptions, InitialPosition, ProducerOptions, ReaderOptions, SeekTarget } from '../port.ts';
import { Compaction } from './compaction.ts';
import { EmbeddedConsumer } from './consumer.ts';
import { Cursor } from './cursor.ts';
import { ledgerPrefix, nameOf } from './keys.ts';
import { EmbeddedProducer } from './producer.ts';
import { EmbeddedReader } from './reader.ts';
import type { Trimmed } from './retention.ts';
import { Subscription, type DeadLetter } from './subscription.ts';
import { Topic, type TopicSupport } from './topic.ts';

/** Something opened by a caller that ends with the broker. */
export interface Opened {
  close(): Promise<void>;
}

/** One partition topic with everything that hangs on it. Loaded when it is first used. */
export class Partition {
  readonly log: Topic;
  readonly compaction: Compaction;
  readonly subscriptions: Map<string, Subscription> = new Map();
  /** How far retention went the last time. */
  trimmed: Trimmed | undefined;
  readonly #support: TopicSupport;
  readonly #producers = new Set<EmbeddedProducer>();
  readonly #creating = new Map<string, Promise<Subscription>>();
  readonly #opened: Set<Opened>;
  #exclusive: EmbeddedProducer | undefined;
  #unnamed = 0;

  constructor(name: string, ledger: number, support: TopicSupport, opened: Set<Opened>) {
    this.#support = support;
    this.#opened = opened;
    this.log = new Topic(name, ledger, support);
    this.compaction = new Compaction(this.log, support.store, support.group);
    const mine = { from: ledgerPrefix(ledger), before: ledgerPrefix(ledger + 1) };
    for (const { key, value } of support.store.range('cursors', mine)) {
      const subscription = nameOf(key);
      const cursor = Cursor.decode(ledger, subscription, value, support.group);
      this.subscriptions.set(subscription, new Subscription(subscription, this.log, cursor));
    }
  }

  /** Offset from which every message is still to be read by a subscription or a compaction. */
  get keepFrom(): number {
    let from = this.log.next;
    if (this.compaction.horizon > 0) from = Math.min(from, this.compaction.horizon);
    for (const { cursor } of this.subscriptions.values()) from = Math.min(from, cursor.position);
    return from;
  }

  /** For what comes without a producer. */
  get shared(): Topic {
    if (this.#exclusive) throw this.#busy(`"${this.#exclusive.name}" holds it exclusively`);
    return this.log;
  }

  async openProducer({ name, accessMode = 'Shared' }: ProducerOptions): Promise<EmbeddedProducer> {
    if (accessMode === 'ExclusiveWithFencing') this.#fence();
    if (this.#exclusive) throw this.#busy(`"${this.#exclusive.name}" holds it exclusively`);
    if (accessMode === 'Exclusive' && this.#producers.size > 0) throw this.#busy('it has other producers');
    const producer = new EmbeddedProducer(this.log, name ?? this.#uniqueName(), (closed) => {
      this.#forget(closed);
    });
    if ([...this.#producers].some((other) => other.name === producer.name)) {
      throw this.#busy(`a producer named "${producer.name}" is open`);
    }
    this.#producers.add(producer);
    this.#opened.add(producer);
    if (accessMode !== 'Shared') this.#exclusive = producer;
    // What a fenced producer had sent before is decided, and lies before anything that the new one sends.
    if (accessMode === 'ExclusiveWithFencing') await this.log.settled();
    return producer;
  }

  async openConsumer(options: ConsumerOptions, deadLetter: DeadLetter | undefined): Promise<EmbeddedConsumer> {
    const subscription = await this.createSubscription(options.subscription, options.initialPosition ?? 'Earliest');
    const consumer = new EmbeddedConsumer(subscription, options, {
      clock: this.#support.clock,
      deadLetter,
      onClose: (closed) => this.#opened.delete(closed),
      unsubscribe: () => this.#unsubscribe(options.subscription),
    });
    this.#opened.add(consumer);
    return consumer;
  }

  openReader({ from, readCompacted }: ReaderOptions): EmbeddedReader {
    const position = readCompacted ? this.#compactedPosition(from) : this.log.offsetFor(from);
    const reader = new EmbeddedReader(this.log, position, readCompacted ? this.compaction : undefined, (closed) =>
      this.#opened.delete(closed),
    );
    this.#opened.add(reader);
    return reader;
  }

  /** Durable once it resolves. An existing one stays where it is. */
  createSubscription(name: string, position: InitialPosition): Promise<Subscription> {
    const present = this.subscriptions.get(name);
    if (present) return Promise.resolve(present);
    let creating = this.#creating.get(name);
    if (!creating) {
      creating = this.#create(name, position).finally(() => this.#creating.delete(name));
      this.#creating.set(name, creating);
    }
    return creating;
  }

  async #unsubscribe(name: string): Promise<void> {
    const subscription = this.subscriptions.get(name);
    this.subscriptions.delete(name);
    await subscription?.cursor.delete();
  }

  async #create(name: string, position: InitialPosition): Promise<Subscription> {
    const cursor = new Cursor(this.log.ledger, name, this.log.offsetFor(position), this.#support.group);
    const subscription = new Subscription(name, this.log, cursor);
    // In place before it is durable: retention must not delete what it starts with.
    this.subscriptions.set(name, subscription);
    try {
      await this.#support.group.write([cursor.encode()]);
      return subscription;
    } catch (error) {
      this.subscriptions.delete(name);
      throw error;
    }
  }

  /** Not bounded by the start of the log: compaction keeps messages that retention has deleted from it. */
  #compactedPosition(from: SeekTarget): number {
    if (from === 'Earliest') return 0;
    return typeof from === 'object' && 'after' in from ? this.log.offsetOf(from.after) + 1 : this.log.offsetFor(from);
  }

  #fence(): void {
    for (const producer of [...this.#producers]) {
      producer.fail(
        new BrokerError(
          'producer-fenced',
          `the producer "${producer.name}" on ${this.log.name} was superseded by another exclusive one`,
        ),
      );
      this.#forget(producer);
    }
  }

  #forget(producer: EmbeddedProducer): void {
    this.#producers.delete(producer);
    this.#opened.delete(producer);
    if (this.#exclusive === producer) this.#exclusive = undefined;
  }

  #uniqueName(): string {
    return `embedded-${this.#support.clock.now().toString(36)}-${(this.#unnamed++).toString()}`;
  }

  #busy(reason: string): BrokerError {
    return new BrokerError('producer-busy', `cannot produce on ${this.log.name}: ${reason}`);
  }
}
