import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { EventId, Millis, TenantName } from '../../../channels/brands.ts';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import { decodeEvent, encodeEvent } from '../../../channels/encode.ts';
import { formatSequence, parseSequence, type Event } from '../../../channels/event.ts';
import { partitionOf } from '../../../channels/partition.ts';
import { BEATS_TOPIC, channelTopic, partitionTopic } from '../../../channels/topics.ts';
import type { ContactState } from '../../../dsl/contact.ts';
import type { Step } from '../../../dsl/step/contract.ts';
import { createEmbeddedBroker, type EmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import { BrokerError } from '../../../runtime/broker/errors.ts';
import type { Producer } from '../../../runtime/broker/port.ts';
import type { Clock } from '../../../runtime/clock.ts';
import { Engine } from '../../../runtime/engine/engine.ts';
import { SourceMarks } from '../../../runtime/engine/source-marks.ts';
import { createTenant } from '../../../runtime/events/tenant.ts';
import { Membership } from '../../../runtime/workers/membership.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { intercepted } from '../engine/intercepted.ts';
import { stored } from '../events/scene.ts';

export const TENANT = 'acme' as TenantName;
export const PARTITIONS = 4;
const CONTACTS = 20;

/** So much faster does time go by for the workers. */
const HURRY = 5;

export const hurriedClock: Clock = {
  now: () => (Date.now() * HURRY) as Millis,
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs / HURRY);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Counts the inputs of each contact, and tells of each. */
const counting: Step = (_machines, before, input, { contact }) => {
  if (input.kind !== 'event') return { state: before, emissions: [] };
  const count = Number(before?.seen?.at(-1) ?? '0') + 1;
  const state: ContactState = { key: contact, addresses: [], conversations: [], seen: [count.toString()] };
  return { state, emissions: [{ channel: 'conversations', type: 'told', data: { count, seen: input.event.id } }] };
};

/** A worker, as a process of its own would be: its own state folder, membership and engine. */
export interface Worker {
  readonly engine: Engine;
  readonly membership: Membership;
  /** Warnings of the engine. */
  readonly warned: string[];
  /** While it is true, nothing that it says of itself gets through. */
  isMuted: boolean;
  /** Takes its leave, as on SIGTERM. */
  leave(): Promise<void>;
}

export interface Told {
  readonly contact: string;
  readonly count: number;
  readonly seen: string;
}

/** Several workers on one embedded broker. */
export class Crew {
  readonly broker: EmbeddedBroker;
  readonly #folder: ReturnType<typeof temporaryFolder>;
  readonly #workers: Worker[] = [];
  readonly #producers = new Map<number, Producer>();
  #said = 0;
  #talking: Promise<void> | undefined;
  #silent = false;

  private constructor(broker: EmbeddedBroker, folder: ReturnType<typeof temporaryFolder>) {
    this.broker = broker;
    this.#folder = folder;
  }

  static async open(): Promise<Crew> {
    const folder = temporaryFolder();
    const broker = await createEmbeddedBroker({ folder: join(folder.path, 'broker') });
    await createTenant(broker.admin, TENANT, PARTITIONS);
    return new Crew(broker, folder);
  }

  async start(name: string): Promise<Worker> {
    const warned: string[] = [];
    const warn = (_fields: object, message: string): void => void warned.push(message);
    const log = { info: () => undefined, warn, error: warn };
    const broker = intercepted(this.broker, partitionTopic(BEATS_TOPIC, 0), (message, send) =>
      worker.isMuted ? Promise.reject(new BrokerError('broker-disconnected', 'the test muted it')) : send(message),
    );
    const self = { name, incarnation: randomUUID() };
    const membership = new Membership({ broker, clock: hurriedClock, log, self });
    const engine = await Engine.start({
      ...{ broker, tenant: TENANT, partitions: PARTITIONS, log, clock: hurriedClock, step: counting, worker: name },
      ...{ workers: membership, codec: PLAIN_CODEC, newId: randomUUID, route: () => [] },
      stateFolder: join(this.#folder.path, name),
    });
    const worker: Worker = {
      ...{ engine, membership, warned, isMuted: false },
      leave: async () => {
        membership.leave();
        await engine.close();
        await membership.close();
      },
    };
    this.#workers.push(worker);
    return worker;
  }

  /** One more input of somebody; resolves once it is durable. */
  async say(): Promise<void> {
    const number = ++this.#said;
    const contact = `contact-${number % CONTACTS}`;
    const event: Event = {
      ...{ specversion: '1.0', id: `in-${number}` as EventId, source: '/test', type: 'message.received' },
      time: new Date().toISOString(),
      ...{ subject: contact, partitionkey: contact, sequence: formatSequence(number) },
      data: { text: 'hello' },
    };
    const partition = partitionOf(contact, PARTITIONS);
    const topic = partitionTopic(channelTopic(TENANT, 'messaging'), partition);
    const producer = this.#producers.get(partition) ?? (await this.broker.createProducer({ topic }));
    this.#producers.set(partition, producer);
    await producer.send(encodeEvent(event));
  }

  /** Inputs flow from now on, until `fallSilent`. */
  talk(): void {
    this.#silent = false;
    this.#talking = (async () => {
      while (!this.#isSilent()) {
        await this.say();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
  }

  #isSilent(): boolean {
    return this.#silent;
  }

  /** Resolves with how many inputs there were. */
  async fallSilent(): Promise<number> {
    this.#silent = true;
    await this.#talking;
    return this.#said;
  }

  /** What was told, repetitions dropped as every consumer drops them. */
  async told(): Promise<Told[]> {
    const told: Told[] = [];
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const marks = new SourceMarks();
      for (const { payload } of await stored(
        this.broker,
        partitionTopic(channelTopic(TENANT, 'conversations'), partition),
      )) {
        const { source, sequence = '', subject = '', data } = decodeEvent(payload);
        if (!marks.accept(source, parseSequence(sequence))) continue;
        told.push({ contact: subject, ...(data as { count: number; seen: string }) });
      }
    }
    return told;
  }

  /** `partition.acquired` so far. */
  async acquisitions(): Promise<readonly { partition: number; epoch: number; worker: string }[]> {
    const acquired: { partition: number; epoch: number; worker: string }[] = [];
    for (let partition = 0; partition < PARTITIONS; partition++) {
      for (const { payload } of await stored(
        this.broker,
        partitionTopic(channelTopic(TENANT, 'operations'), partition),
      )) {
        const { type, source, data } = decodeEvent(payload);
        if (type !== 'partition.acquired' || !source.startsWith('/engine/')) continue;
        acquired.push(data as { partition: number; epoch: number; worker: string });
      }
    }
    return acquired;
  }

  /** Who acquired each partition last. */
  async owners(): Promise<string[]> {
    const newestFirst = (await this.acquisitions()).toSorted((one, other) => other.epoch - one.epoch);
    return Array.from(
      { length: PARTITIONS },
      (_, wanted) => newestFirst.find(({ partition }) => partition === wanted)?.worker ?? '',
    );
  }

  async close(): Promise<void> {
    await this.fallSilent();
    for (const worker of this.#workers) {
      worker.isMuted = false;
      await worker.leave();
    }
    await this.broker.close();
    this.#folder.remove();
  }
}
