/** The data connector on a scene: what is asked on the channel `data`, and what it says there. */
import { randomUUID } from 'node:crypto';
import type { ContactKey } from '../../../channels/brands.ts';
import { createHttpDataConnector, type HttpDataOptions } from '../../../connectors/http-data/connector.ts';
import { contactKeyOf, parseAddress } from '../../../channels/contact-key.ts';
import { decodeEvent, encodeEvent } from '../../../channels/encode.ts';
import type { Event } from '../../../channels/event.ts';
import { partitionOf } from '../../../channels/partition.ts';
import { channelTopic, partitionTopic } from '../../../channels/topics.ts';
import type { Connectors } from '../../../runtime/connectors/host.ts';
import { createPublisher, type Publisher } from '../../../runtime/events/publisher.ts';
import { PARTITIONS, Scene, TENANT, type SceneOptions } from '../scene.ts';
import { until } from '../until.ts';

export const ANA: ContactKey = contactKeyOf(parseAddress('tel:+12125550101'));

export interface Told {
  readonly request: string;
  readonly value?: unknown;
  readonly code?: string;
  readonly reason?: string;
  readonly permanent?: boolean;
  readonly status?: number;
  readonly attempts: number;
}

export class DataScene {
  readonly scene: Scene;
  readonly answers: Event[] = [];
  /** Each pause before a retry, in milliseconds; over at once. */
  readonly pauses: number[] = [];
  #asker: Publisher | undefined;
  #connectors: Connectors | undefined;

  constructor(options: SceneOptions = {}) {
    this.scene = new Scene(options);
  }

  async open(): Promise<void> {
    await this.scene.open();
    const source = '/engine/acme';
    this.#asker = createPublisher(this.scene.broker, TENANT, PARTITIONS, {
      ...{ source, now: () => Date.now(), newId: randomUUID },
    });
    for (let partition = 0; partition < PARTITIONS; partition++) void this.#read(partition);
  }

  /** Loopback may be asked, unless the options say otherwise. */
  async run(options: Partial<HttpDataOptions> = {}): Promise<void> {
    this.#connectors = this.scene.connectors({
      'http-data': (host) =>
        createHttpDataConnector(host, {
          secrets: () => Promise.resolve(undefined),
          allowedNetworks: ['127.0.0.0/8'],
          maxResponseBytes: 100_000,
          maxConcurrent: 50,
          maxConcurrentPerHost: 20,
          random: () => 0.5,
          pause: (delayMs, signal) => {
            this.pauses.push(delayMs);
            return signal.aborted ? Promise.reject(signal.reason as Error) : Promise.resolve();
          },
          ...options,
        }),
    });
    await this.#connectors.start();
  }

  get tally(): Connectors['tallies'][string] | undefined {
    return this.#connectors?.tallies['http-data'];
  }

  async stop(): Promise<void> {
    await this.#connectors?.stop();
    this.#connectors = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    await this.#asker?.close();
    await this.scene.remove();
  }

  async ask(
    http: object | undefined,
    more: { readonly time?: string; readonly subject?: string } = {},
  ): Promise<Event> {
    if (!this.#asker) throw new Error('open the scene first');
    return this.#asker.publish('data', {
      subject: ANA,
      ...more,
      type: 'data.requested',
      correlationid: 'c1',
      data: { request: `c1/${randomUUID()}`, source: 'booking', arguments: {}, ...(http && { http }) },
    });
  }

  /** What became of the question. */
  async told(question: Event): Promise<Told> {
    const answer = await until('the answer', () => this.answers.find(({ causationid }) => causationid === question.id));
    return answer.data as Told;
  }

  async askAndWait(http: object): Promise<Told> {
    return this.told(await this.ask(http));
  }

  /** The very event again, from a source that states it a second time. */
  async repeat(event: Event, source: string = event.source): Promise<void> {
    const topic = partitionTopic(channelTopic(TENANT, 'data'), partitionOf(ANA, PARTITIONS));
    const producer = await this.scene.broker.createProducer({ topic });
    await producer.send(encodeEvent({ ...event, source }));
    await producer.close();
  }

  async #read(partition: number): Promise<void> {
    const topic = partitionTopic(channelTopic(TENANT, 'data'), partition);
    const reader = await this.scene.broker.createReader({ topic, from: 'Earliest' });
    try {
      for (;;) {
        const event = decodeEvent((await reader.next()).payload);
        if (event.type !== 'data.requested') this.answers.push(event);
      }
    } catch {
      // The broker was closed.
    }
  }
}
