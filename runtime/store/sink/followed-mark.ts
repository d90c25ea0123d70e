/**
 * How far a tenant is stored, known in any process: read from the sink topic, on which whoever is its sink puts each mark
 * on record. The topic is read from when somebody first asks.
 */
import type { TenantName } from '../../../channels/brands.ts';
import { engineTopic, partitionTopic } from '../../../channels/topics.ts';
import { BrokerError } from '../../broker/errors.ts';
import type { Broker, Reader } from '../../broker/port.ts';
import { lastOfEach } from './feeds.ts';
import { Mark, type Positions } from './mark.ts';
import { NO_HISTORY, decodeRecord, readRecord } from './records.ts';

export class FollowedMark {
  readonly #broker: Broker;
  readonly #tenant: TenantName;
  readonly #mark = new Mark();
  #reader: Promise<Reader> | undefined;
  #closed = false;

  constructor(broker: Broker, tenant: TenantName) {
    this.#broker = broker;
    this.#tenant = tenant;
  }

  /**
   * Resolves, with the positions, once everything that the topics hold at the time of the call is stored. Rejects with
   * BrokerError where the sink topic can not be read: the next call tries anew. Who gives up aborts the `signal`.
   */
  async settled(signal?: AbortSignal): Promise<Positions> {
    const positions = await lastOfEach(this.#broker.admin, this.#tenant);
    if (this.#closed) throw this.#closedError();
    if (!this.#reader) {
      const topic = partitionTopic(engineTopic(this.#tenant, 'sink'), 0);
      this.#reader = this.#broker.createReader({ topic, from: 'Earliest' });
      void this.#follow(this.#reader);
    }
    await this.#mark.waitFor(positions, signal);
    return positions;
  }

  /** Calls of `settled` that wait. */
  get waiting(): number {
    return this.#mark.waiting;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#reader?.then(
      (reader) => reader.close(),
      () => undefined,
    );
    this.#mark.abandon(this.#closedError());
  }

  async #follow(opening: Promise<Reader>): Promise<void> {
    try {
      const reader = await opening;
      for (let history = NO_HISTORY; ;) {
        const record = decodeRecord((await reader.next()).payload);
        const before = history;
        history = readRecord(history, record);
        // A mark of an owner that was superseded does not count.
        if (record.kind !== 'mark' || history === before) continue;
        this.#mark.advance(Object.entries(record.topics).map(([topic, { position }]) => [topic, position] as const));
      }
    } catch (error) {
      this.#reader = undefined;
      await opening.then(
        (reader) => reader.close(),
        () => undefined,
      );
      this.#mark.abandon(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #closedError(): BrokerError {
    return new BrokerError('broker-closed', `this process has stopped working for ${this.#tenant}`);
  }
}
