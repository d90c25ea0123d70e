import { randomUUID } from 'node:crypto';
import type { ContactKey, EventId, TenantName } from '../../../channels/brands.ts';
import { contactKeyOf } from '../../../channels/contact-key.ts';
import { encodeEvent } from '../../../channels/encode.ts';
import { formatSequence } from '../../../channels/event.ts';
import { partitionOf } from '../../../channels/partition.ts';
import { channelTopic, partitionTopic } from '../../../channels/topics.ts';
import type { Broker, Producer } from '../../../runtime/broker/port.ts';
import { WORD } from '../definition.ts';
import { addressOf } from '../address.ts';

const PER_MINUTE = 10_000;

/** Sent in bursts so short that timers, which are not exact, do not lower the rate. */
const TICK_MS = 20;

/** One contact that writes 10,000 messages a minute, whatever the platform does with them. */
export class HotContact {
  readonly key: ContactKey;
  readonly #address = addressOf('hot');
  readonly #source = `/bench/${randomUUID()}`;
  readonly #producer: Producer;
  sent = 0;

  private constructor(key: ContactKey, producer: Producer) {
    this.key = key;
    this.#producer = producer;
  }

  static async open(broker: Broker, tenant: TenantName, partitions: number): Promise<HotContact> {
    const key = contactKeyOf(addressOf('hot'));
    const topic = partitionTopic(channelTopic(tenant, 'messaging'), partitionOf(key, partitions));
    return new HotContact(key, await broker.createProducer({ topic }));
  }

  /** Until the returned function is called, which resolves once everything sent is stored. */
  start(): () => Promise<void> {
    const startedAt = performance.now();
    const sentBefore = this.sent;
    let last: Promise<unknown> = Promise.resolve();
    const timer = setInterval(() => {
      const due = sentBefore + ((performance.now() - startedAt) / 60_000) * PER_MINUTE;
      while (this.sent < due) last = this.#say();
    }, TICK_MS);
    return async () => {
      clearInterval(timer);
      await last;
    };
  }

  #say(): Promise<unknown> {
    this.sent += 1;
    const number = this.sent.toString();
    const data = { connector: 'email', from: this.#address, text: WORD, providerId: `hot-${number}` };
    const message = encodeEvent({
      specversion: '1.0',
      id: `hot/${number}` as EventId,
      source: this.#source,
      type: 'message.received',
      subject: this.key,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      data,
      partitionkey: this.key,
      sequence: formatSequence(this.sent),
    });
    return this.#producer.send(message);
  }

  async close(): Promise<void> {
    await this.#producer.close();
  }
}
