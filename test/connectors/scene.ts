/** A tenant on the embedded broker with its connectors, and everything that was said on `messaging`. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Address, TenantName } from '../../channels/brands.ts';
import { contactKeyOf } from '../../channels/contact-key.ts';
import { decodeEvent, encodeEvent } from '../../channels/encode.ts';
import type { Event } from '../../channels/event.ts';
import { partitionOf } from '../../channels/partition.ts';
import { channelTopic, partitionTopic } from '../../channels/topics.ts';
import type { ConnectorLog } from '../../connectors/port.ts';
import { createEmbeddedBroker } from '../../runtime/broker/embedded/broker.ts';
import type { Broker, Message } from '../../runtime/broker/port.ts';
import { systemClock, type Clock } from '../../runtime/clock.ts';
import { createConnectors, type ConnectorFactory, type Connectors } from '../../runtime/connectors/host.ts';
import { createPublisher, type Publisher } from '../../runtime/events/publisher.ts';
import type { StatementLog } from '../../runtime/events/statement-log.ts';
import { createTenant } from '../../runtime/events/tenant.ts';
import { until } from './until.ts';

export const TENANT = 'acme' as TenantName;
export const PARTITIONS = 2;

export const silentLog: ConnectorLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

export interface SceneOptions {
  readonly clock?: Clock;
  /** Stands before the broker that connectors work on, e.g. to make it fail. */
  readonly through?: (broker: Broker) => Broker;
}

export class Scene {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'parlance-connectors-'));
  readonly events: Event[] = [];
  readonly deadLetters: Message[] = [];
  readonly #clock: Clock;
  readonly #through: (broker: Broker) => Broker;
  #broker: Broker | undefined;
  #engine: Publisher | undefined;
  #reading: Promise<unknown> = Promise.resolve();

  constructor({ clock = systemClock, through = (broker) => broker }: SceneOptions = {}) {
    this.#clock = clock;
    this.#through = through;
  }

  async open(): Promise<void> {
    this.#broker = await createEmbeddedBroker({ folder: join(this.folder, 'broker') });
    await createTenant(this.#broker.admin, TENANT, PARTITIONS);
    this.#engine = this.#publisher('/engine/acme');
    this.#reading = Promise.all([0, 1].map((partition) => this.#read(this.broker, partition)));
  }

  /** Ends everything but what is on the disk. */
  async close(): Promise<void> {
    await this.#engine?.close();
    await this.#broker?.close();
    await this.#reading;
    this.events.splice(0);
  }

  async remove(): Promise<void> {
    await this.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get broker(): Broker {
    if (!this.#broker) throw new Error('open the scene first');
    return this.#broker;
  }

  /** `admit`: as the host is given it. */
  connectors(factories: Readonly<Record<string, ConnectorFactory>>, admit: () => void = () => undefined): Connectors {
    return createConnectors(
      {
        broker: this.#through(this.broker),
        tenant: TENANT,
        partitions: PARTITIONS,
        folder: join(this.folder, 'connectors'),
        createPublisher: (source, statements) => this.#publisher(source, statements),
        deadLetter: (message) => {
          this.deadLetters.push(message);
          return Promise.resolve();
        },
        clock: this.#clock,
        log: silentLog,
        admit,
      },
      factories,
    );
  }

  /** As the engine would: `message.requested` for one person. */
  async request(
    to: string,
    text: string,
    more: {
      readonly connector?: string;
      readonly choices?: readonly object[];
      readonly media?: readonly object[];
      readonly time?: string;
    } = {},
  ): Promise<Event> {
    const { connector = 'webchat', choices, media, time } = more;
    const message = `${randomUUID()}/m1`;
    return this.#published({
      type: 'message.requested',
      correlationid: message.slice(0, -3),
      subject: contactKeyOf(to as Address),
      ...(time !== undefined && { time }),
      data: { message, connector, to, text, step: 'hello', ...(choices && { choices }), ...(media && { media }) },
    });
  }

  /** Whoever is at that address is erased. */
  async erase(address: string): Promise<void> {
    const subject = contactKeyOf(address as Address);
    await this.#engine?.publish('contacts', { type: 'contact.erased', subject, data: { reason: 'asked for it' } });
  }

  /** The very event once more, as after a crash between publishing and remembering it. */
  async repeat(event: Event): Promise<void> {
    await this.raw(event.partitionkey ?? '', encodeEvent(event));
  }

  async raw(
    key: string,
    message: { readonly payload: Buffer; readonly properties: Readonly<Record<string, string>> },
  ): Promise<void> {
    const topic = partitionTopic(channelTopic(TENANT, 'messaging'), partitionOf(key, PARTITIONS));
    const producer = await this.broker.createProducer({ topic });
    await producer.send({ key, ...message });
    await producer.close();
  }

  of(type: string): readonly Event[] {
    return this.events.filter((event) => event.type === type);
  }

  async seen(type: string, count: number): Promise<readonly Event[]> {
    return until(`${count} × ${type}`, () => this.of(type).length >= count && this.of(type));
  }

  /** What subscription `name` has not acknowledged, in messages. */
  async backlog(name: string): Promise<number> {
    const topic = channelTopic(TENANT, 'messaging');
    const stats = await Promise.all(
      [0, 1].map((partition) => this.broker.admin.stats(partitionTopic(topic, partition))),
    );
    return stats.reduce((sum, { backlog }) => sum + (backlog[name] ?? 0), 0);
  }

  async #published(event: Parameters<Publisher['publish']>[1]): Promise<Event> {
    if (!this.#engine) throw new Error('open the scene first');
    return this.#engine.publish('messaging', event);
  }

  #publisher(source: string, statements?: StatementLog): Publisher {
    const now = (): number => this.#clock.now();
    return createPublisher(this.broker, TENANT, PARTITIONS, { source, now, newId: randomUUID, statements });
  }

  async #read(broker: Broker, partition: number): Promise<void> {
    const topic = partitionTopic(channelTopic(TENANT, 'messaging'), partition);
    const reader = await broker.createReader({ topic, from: 'Earliest' });
    try {
      for (;;) {
        const message = await reader.next();
        if (message.properties['ce_id'] !== undefined) this.events.push(decodeEvent(message.payload));
      }
    } catch {
      // The broker was closed.
    }
  }
}

/** What a person on the messaging channel sees of an event. */
export function dataOf(event: Event | undefined): Readonly<Record<string, unknown>> {
  return (event?.data ?? {}) as Record<string, unknown>;
}
