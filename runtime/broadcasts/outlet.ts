/**
 * Publishes the items of one broadcast under its own source, each with its place in the list as sequence. So what is
 * published again after a crash or a lost connection is dropped by everybody who has it: effectively-once, rule 1.
 */
import type { EventId, TenantName } from '../../channels/brands.ts';
import { contactKeyOf } from '../../channels/contact-key.ts';
import type { EventCodec } from '../../channels/codec.ts';
import { encodeEvent } from '../../channels/encode.ts';
import { formatSequence, type Event } from '../../channels/event.ts';
import { partitionOf } from '../../channels/partition.ts';
import { channelTopic, partitionTopic } from '../../channels/topics.ts';
import { checkEvent } from '../../channels/validate.ts';
import { connectorOf } from '../../dsl/step/start.ts';
import type { Broker, Producer } from '../broker/port.ts';
import type { Broadcast, Item } from './store.ts';

export interface OutletOptions {
  readonly broker: Broker;
  readonly tenant: TenantName;
  readonly partitions: number;
  readonly now: () => number;
  readonly codec?: EventCodec | undefined;
}

export class Outlet {
  readonly #options: OutletOptions;
  readonly #broadcast: Broadcast;
  readonly #producers = new Map<number, Promise<Producer>>();

  constructor(options: OutletOptions, broadcast: Broadcast) {
    this.#options = options;
    this.#broadcast = broadcast;
  }

  /**
   * Items from place `from` on. Resolves once all are durable. After a rejection the outlet is over: close it, and begin
   * with another where the last resolved call ended.
   */
  async publish(items: readonly Item[], from: number): Promise<void> {
    // Producers first: per partition, sends must start in the order of the list.
    const events = items.map((item, offset) => this.#eventOf(item, from + offset));
    const placed = await Promise.all(
      events.map(async (event) => ({ event, producer: await this.#producerOf(event.partitionkey ?? event.id) })),
    );
    const sends = placed.map(({ event, producer }) => producer.send(encodeEvent(event, this.#options.codec)));
    await Promise.all(sends);
  }

  async close(): Promise<void> {
    for (const opening of this.#producers.values()) {
      // One that never opened, or broke, needs no closing.
      await opening.then((producer) => producer.close()).catch(() => undefined);
    }
  }

  #producerOf(key: string): Promise<Producer> {
    const { broker, tenant } = this.#options;
    const { partitions = this.#options.partitions } = this.#broadcast;
    const partition = partitionOf(key, partitions);
    const open = this.#producers.get(partition);
    if (open) return open;
    const producer = broker.createProducer({ topic: partitionTopic(channelTopic(tenant, 'broadcasts'), partition) });
    this.#producers.set(partition, producer);
    return producer;
  }

  #eventOf(item: Item, place: number): Event {
    const { source } = this.#broadcast;
    const contact = contactKeyOf(item.address);
    const event: Event = {
      specversion: '1.0',
      id: `${source}/${place}` as EventId,
      source,
      type: item.kind === 'target' ? 'broadcast.recipient-targeted' : 'broadcast.recipient-skipped',
      subject: contact,
      time: new Date(this.#options.now()).toISOString(),
      datacontenttype: 'application/json',
      data: dataOf(this.#broadcast, item),
      partitionkey: contact,
      sequence: formatSequence(place + 1),
      causationid: `${source}/requested`,
    };
    checkEvent(event, 'broadcasts');
    return event;
  }
}

function dataOf({ name, definition, machine, schedule }: Broadcast, item: Item): object {
  if (item.kind === 'skip') return { broadcast: name, to: item.address, reason: item.reason };
  const { address, inputs, locale, zone } = item;
  return {
    broadcast: name,
    connector: connectorOf(address),
    to: address,
    definition,
    machine,
    inputs,
    ...(locale !== undefined && { locale }),
    ...(zone !== undefined && { zone }),
    ...(schedule && { schedule }),
  };
}
