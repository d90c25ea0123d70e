import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TenantName } from '../../../channels/brands.ts';
import { encodeEvent, routingKey } from '../../../channels/encode.ts';
import { partitionOf } from '../../../channels/partition.ts';
import { partitionTopic } from '../../../channels/topics.ts';
import { createEmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import type { MessageId } from '../../../runtime/broker/message-id.ts';
import type { Broker, Producer } from '../../../runtime/broker/port.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { createTenant } from '../../../runtime/events/tenant.ts';
import { openStore } from '../../../runtime/store/client.ts';
import type { Store } from '../../../runtime/store/port.ts';
import type { Positions } from '../../../runtime/store/sink/mark.ts';
import { Sink } from '../../../runtime/store/sink/sink.ts';
import { latencyOf } from '../figures.ts';
import type { PartRound } from '../parts/figures.ts';
import { logInto } from '../scene.ts';
import { eventsOf, TOLD } from './conversations.ts';
import type { PartOptions } from './options.ts';

const TENANT = 'sunk' as TenantName;

/** Conversations published together, before anything else has its turn. */
const TOGETHER = 20;

/** How often a moment of the steady stream is followed until it can be queried. */
const PROBE_EVERY_MS = 25;

/** From the broker to what can be queried: how fast a backlog goes, how late a steady stream is, what an event takes. */
export async function sinkPart({ events, partitions, seconds, perSecond, folder }: PartOptions): Promise<PartRound> {
  const warnings: string[] = [];
  const broker = await createEmbeddedBroker({ folder: join(folder, 'broker') });
  const store = await openStore({ location: join(folder, 'store') });
  const stream = new Stream(broker, partitions);
  let sink: Sink | undefined;
  try {
    await createTenant(broker.admin, TENANT, partitions);
    const backlog = Math.ceil(events / TOLD.length);
    await stream.publish(backlog);
    const cpuBefore = process.cpuUsage();
    const startedAt = performance.now();
    sink = new Sink({ broker, store, tenant: TENANT, log: logInto(warnings), clock: systemClock });
    await sink.settled();
    const backlogMs = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(cpuBefore);
    const lags = await steady(stream, sink, seconds, perSecond);
    const published = stream.published;
    await sink.settled();
    const stored = await countOf(store);
    const lag = latencyOf(lags);
    return {
      measured: {
        'backlog: events': { value: backlog * TOLD.length, unit: '' },
        'backlog: from the broker to queryable': { value: (backlog * TOLD.length * 1000) / backlogMs, unit: '/s' },
        'backlog: CPU per event': { value: (user + system) / (backlog * TOLD.length), unit: 'µs' },
        'steady: events': { value: (published - backlog * TOLD.length) / seconds, unit: '/s' },
        'steady: lag p50': { value: lag.p50, unit: 'ms' },
        'steady: lag p99': { value: lag.p99, unit: 'ms' },
        'bytes of an event on disk': { value: await bytesPerEvent(store), unit: 'B' },
      },
      discrepancies: [...(stored === published ? [] : [`${stored} events stored of ${published}`]), ...warnings],
    };
  } finally {
    await sink?.stop();
    await stream.close();
    await store.close();
    await broker.close();
  }
}

/** Milliseconds from a publication to the moment at which what was published can be queried. */
async function steady(stream: Stream, sink: Sink, seconds: number, perSecond: number): Promise<readonly number[]> {
  const lags: number[] = [];
  const waiting: Promise<void>[] = [];
  const startedAt = performance.now();
  const perMs = perSecond / TOLD.length / 1000;
  let told = 0;
  let probedAt = -Infinity;
  for (let nowMs = 0; nowMs < seconds * 1000; nowMs = performance.now() - startedAt) {
    const due = Math.floor(nowMs * perMs) - told;
    if (due > 0) {
      const positions = await stream.publish(due);
      told += due;
      const at = performance.now();
      if (at - probedAt >= PROBE_EVERY_MS) {
        probedAt = at;
        waiting.push(sink.waitForMark(positions).then(() => void lags.push(performance.now() - at)));
      }
    }
    await sleep(5);
  }
  await Promise.all(waiting);
  return lags;
}

/** Publishes conversations, one after the other. */
class Stream {
  readonly #broker: Broker;
  readonly #partitions: number;
  readonly #producers = new Map<string, Producer>();
  #conversations = 0;
  #sequence = 0;

  constructor(broker: Broker, partitions: number) {
    this.#broker = broker;
    this.#partitions = partitions;
  }

  /** Events so far. */
  get published(): number {
    return this.#sequence;
  }

  /** Resolves, once all are durable, with the last position of each topic that got any. */
  async publish(conversations: number): Promise<Positions> {
    let last: Positions = {};
    for (let left = conversations; left > 0; left -= TOGETHER) {
      last = { ...last, ...(await this.#publishTogether(Math.min(left, TOGETHER))) };
    }
    return last;
  }

  async #publishTogether(conversations: number): Promise<Positions> {
    const now = Date.now();
    const told = Array.from({ length: conversations }, () =>
      eventsOf(TENANT, this.#conversations++, now, () => ++this.#sequence),
    ).flat();
    const sent = new Map<string, Promise<MessageId | undefined>>();
    for (const { topic, event } of told) {
      const partition = partitionTopic(topic, partitionOf(routingKey(event), this.#partitions));
      const producer = this.#producers.get(partition) ?? (await this.#open(partition));
      sent.set(partition, producer.send(encodeEvent(event)));
    }
    const entries = await Promise.all([...sent].map(async ([topic, position]) => [topic, await position] as const));
    return Object.fromEntries(entries.filter((entry): entry is [string, MessageId] => entry[1] !== undefined));
  }

  async #open(topic: string): Promise<Producer> {
    const producer = await this.#broker.createProducer({ topic });
    this.#producers.set(topic, producer);
    return producer;
  }

  async close(): Promise<void> {
    for (const producer of this.#producers.values()) await producer.close();
  }
}

async function countOf(store: Store): Promise<number> {
  const [row] = await store.query(
    `SELECT uniqExact(id) AS ids, count() AS rows FROM ${store.database}.events WHERE source = '/bench/1'`,
  );
  return Math.max(Number(row?.['ids']), Number(row?.['rows']));
}

async function bytesPerEvent(store: Store): Promise<number> {
  await store.command(`OPTIMIZE TABLE ${store.database}.events FINAL`);
  const [row] = await store.query(
    `SELECT sum(bytes_on_disk) AS bytes, sum(rows) AS rows FROM system.parts
     WHERE database = {database:String} AND table = 'events' AND active`,
    { database: store.database },
  );
  return Number(row?.['bytes']) / Number(row?.['rows']);
}
