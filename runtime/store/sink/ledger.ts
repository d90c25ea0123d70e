/**
 * The sink topic `<tenant>/engine/sink`: what is about to be stored and what is. Its exclusive producer makes one sink
 * the tenant's only one; its records survive the process, so that the next owner can repeat exactly what is pending.
 */
import { randomUUID } from 'node:crypto';
import type { TenantName } from '../../../channels/brands.ts';
import { engineTopic, partitionTopic } from '../../../channels/topics.ts';
import { BrokerError } from '../../broker/errors.ts';
import type { MessageId } from '../../broker/message-id.ts';
import type { Broker, Consumer, Producer } from '../../broker/port.ts';
import { STORE_SUBSCRIPTION } from '../../broker/subscriptions.ts';
import type { Outage } from './outage.ts';
import type { Progress } from './progress.ts';
import {
  NO_HISTORY,
  decodeRecord,
  encodeRecord,
  readRecord,
  type MarkRecord,
  type Range,
  type SinkHistory,
  type SinkRecord,
} from './records.ts';

/** A mark with the progress of every topic, so that no owner reads further back than this many batches. */
const FULL_MARK_EVERY = 64;

/** For another owner to let its consumer go: some four minutes, for the outage waits ten seconds at most. */
const WAITS_MAX = 30;

export interface LedgerOptions {
  readonly broker: Broker;
  readonly tenant: TenantName;
  /** Supersede a present owner where the broker can fence; otherwise wait for it to go. */
  readonly takeOver: boolean;
  /** Of the broker: another owner that is still to go is waited for in its way. */
  readonly outage: Outage;
  readonly stopping: () => boolean;
  /** Where ids of owners come from; random by default. */
  readonly newId?: () => string;
}

export class Ledger {
  /** As of the last record written. */
  history: SinkHistory;
  readonly #broker: Broker;
  readonly #producer: Producer;
  readonly #consumer: Consumer;
  /** Position of the newest mark that is full. */
  #fullMark: MessageId | undefined;
  #marksSinceFull: number;

  private constructor(broker: Broker, producer: Producer, consumer: Consumer, opened: Opened) {
    this.#broker = broker;
    this.#producer = producer;
    this.#consumer = consumer;
    this.history = opened.history;
    this.#fullMark = opened.fullMark;
    // The first mark of a reign is full: what is read back then starts in this reign.
    this.#marksSinceFull = FULL_MARK_EVERY;
  }

  /**
   * Becomes the tenant's owner. Rejects with `producer-busy` or `consumer-busy` while another one is (where the broker
   * fences, with the latter only after a while), and with `producer-fenced` where another one came in between.
   */
  static async open(options: LedgerOptions): Promise<Ledger> {
    const { broker, tenant, takeOver, newId = randomUUID } = options;
    const topic = partitionTopic(engineTopic(tenant, 'sink'), 0);
    const accessMode = takeOver && broker.capabilities.fencing ? 'ExclusiveWithFencing' : 'Exclusive';
    const producer = await broker.createProducer({ topic, name: `${tenant}-sink`, accessMode });
    try {
      const consumer = await soleConsumer(options, topic);
      try {
        return new Ledger(broker, producer, consumer, await reign(producer, consumer, newId));
      } catch (error) {
        await consumer.close();
        throw error;
      }
    } catch (error) {
      await producer.close();
      throw error;
    }
  }

  /** Resolves once the announcement is durable and this owner is known to be the only one. */
  async announce(batch: number, ranges: readonly Range[]): Promise<void> {
    await this.#write({ kind: 'pending', epoch: this.history.epoch, batch, ranges });
  }

  async mark(batch: number, changed: Progress): Promise<void> {
    const full = ++this.#marksSinceFull >= FULL_MARK_EVERY;
    const topics = Object.fromEntries(full ? [...this.history.progress, ...changed] : changed);
    const { epoch, generation } = this.history;
    const record: MarkRecord = { kind: 'mark', epoch, batch, full, generation, topics };
    const previous = this.#fullMark;
    const id = await this.#write(record);
    if (!full) return;
    this.#marksSinceFull = 0;
    this.#fullMark = id;
    // The newest full mark itself must stay readable; what is before the one before it is not needed by anybody.
    if (previous !== undefined) await this.#consumer.acknowledgeCumulative(previous);
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#consumer.close(), this.#producer.close()]);
  }

  async #write(record: SinkRecord): Promise<MessageId> {
    const id = await this.#producer.send({ payload: encodeRecord(record) });
    if (id === undefined) throw new BrokerError('producer-failed', 'a sink record was dropped as a duplicate');
    // Where the broker can not fence, a successor's record may stand before this one: then this one does not count.
    if (!this.#broker.capabilities.fencing) this.history = await this.#readBack(record);
    else this.history = readRecord(this.history, record);
    return id;
  }

  async #readBack(written: SinkRecord): Promise<SinkHistory> {
    const expected = encodeRecord(written);
    let history = this.history;
    for (;;) {
      const message = await this.#consumer.receive();
      const record = decodeRecord(message.payload);
      history = readRecord(history, record);
      if (history.owner !== this.history.owner) {
        throw new BrokerError('producer-fenced', 'another sink has taken this tenant over');
      }
      if (message.payload.equals(expected)) return history;
    }
  }
}

/**
 * An owner that was superseded learns it when it writes, and holds the consumer until then. Where the broker fences, the
 * producer alone keeps it from coming back: so that one is held meanwhile.
 */
async function soleConsumer({ broker, outage, stopping }: LedgerOptions, topic: string): Promise<Consumer> {
  for (let waits = 0; ; waits++) {
    try {
      return await broker.subscribe({ topic, subscription: STORE_SUBSCRIPTION, type: 'Exclusive' });
    } catch (error) {
      const isHeld = error instanceof BrokerError && error.code === 'consumer-busy';
      if (!isHeld || !broker.capabilities.fencing || waits === WAITS_MAX) throw error;
      await outage.wait(error);
      if (stopping()) throw error;
    }
  }
}

interface Opened {
  readonly history: SinkHistory;
  readonly fullMark: MessageId | undefined;
}

/** Appends the owner's record and reads up to it: whatever an earlier owner announced stands before it. */
async function reign(producer: Producer, consumer: Consumer, newId: () => string): Promise<Opened> {
  await consumer.seek('Earliest');
  const owner = newId();
  let history = NO_HISTORY;
  let fullMark: MessageId | undefined;
  let epoch = await appendOwner(producer, owner, 1, newId());
  for (;;) {
    const message = await consumer.receive();
    const record = decodeRecord(message.payload);
    const before = history;
    history = readRecord(history, record);
    if (record.kind === 'mark' && record.full && history !== before) fullMark = message.id;
    if (record.kind !== 'owner' || record.owner !== owner || record.epoch !== epoch) continue;
    if (history.owner === owner) return { history, fullMark };
    // The epoch is only known after reading; the first record told where the end is.
    epoch = await appendOwner(producer, owner, history.epoch + 1, history.generation);
  }
}

async function appendOwner(producer: Producer, owner: string, epoch: number, generation: string): Promise<number> {
  await producer.send({ payload: encodeRecord({ kind: 'owner', epoch, owner, generation }) });
  return epoch;
}
