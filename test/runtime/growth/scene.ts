import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Address, TenantName } from '../../../channels/brands.ts';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import { contactKeyOf } from '../../../channels/contact-key.ts';
import { engineTopic, partitionTopic } from '../../../channels/topics.ts';
import { route } from '../../../dsl/step/route.ts';
import { step } from '../../../dsl/step/step.ts';
import { createEmbeddedBroker, type EmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import { sendPublications } from '../../../runtime/definitions/publication.ts';
import { PublishedDefinitions, publicationsOf } from '../../../runtime/definitions/published.ts';
import { Engine } from '../../../runtime/engine/engine.ts';
import { decodeRecord } from '../../../runtime/engine/journal.ts';
import type { StepRecord } from '../../../runtime/engine/journal-record.ts';
import { createPublisher, type NewEvent } from '../../../runtime/events/publisher.ts';
import { createTenant, tenantPartitions } from '../../../runtime/events/tenant.ts';
import { growTenant, planTenantGrowth, type Growth, type GrowthPoint } from '../../../runtime/growth/grow-tenant.ts';
import { checkPartitions } from '../../../runtime/growth/mark.ts';
import { MarkLog } from '../../../runtime/growth/mark-log.ts';
import type { GrowthPlan } from '../../../runtime/growth/plan.ts';
import { machineOf } from '../../dsl/given-when-then.ts';
import { channelContents } from '../../end-to-end/stored-against-channels.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { TestClock } from '../engine/rig.ts';
import { DEFINITIONS } from '../engine/state-format/definitions.ts';
import { stored } from '../events/scene.ts';
import { eventsOf } from './events-of.ts';

export const TENANT = 'acme' as TenantName;
export const BEFORE = 2;
export const AFTER = 5;

/** Long enough for what a test's engine still writes. */
const QUIET_MS = 80;

/** A tenant with a real engine on a real embedded broker, which is stopped and started around its growth. */
export class GrowthScene {
  readonly broker: EmbeddedBroker;
  readonly clock: TestClock = new TestClock();
  readonly folder: ReturnType<typeof temporaryFolder>;
  readonly warned: string[] = [];
  isHeld = false;
  #engine: Engine | undefined;
  #marks: MarkLog | undefined;
  readonly #steps = new Map<string, StepRecord>();
  #starts = 0;

  private constructor(broker: EmbeddedBroker, folder: ReturnType<typeof temporaryFolder>) {
    this.broker = broker;
    this.folder = folder;
  }

  static async open(): Promise<GrowthScene> {
    const folder = temporaryFolder();
    const scene = new GrowthScene(await createEmbeddedBroker({ folder: join(folder.path, 'broker') }), folder);
    await createTenant(scene.broker.admin, TENANT, BEFORE);
    const publications = DEFINITIONS.map((text) => machineOf(text)).flatMap((machine) =>
      publicationsOf(machine, new PublishedDefinitions(), 'command'),
    );
    await sendPublications(scene.broker, TENANT, publications);
    scene.#marks = await MarkLog.open({ broker: scene.broker, clock: scene.clock, log: scene.#log() });
    await scene.startEngine();
    return scene;
  }

  #log(): { info(): void; warn(fields: object, message: string): void; error(fields: object, message: string): void } {
    const warn = (_: object, message: string): void => void this.warned.push(message);
    return { info: () => undefined, warn, error: warn };
  }

  /** With a state folder as on another node, or the one of the last time. */
  async startEngine({
    partitions,
    onSameNode = false,
  }: { partitions?: number; onSameNode?: boolean } = {}): Promise<void> {
    const { broker, clock } = this;
    if (!onSameNode) this.#starts += 1;
    const count = partitions ?? (await tenantPartitions(broker.admin, TENANT));
    const marks = this.#marks;
    this.#engine = await Engine.start({
      ...{ broker, tenant: TENANT, partitions: count, codec: PLAIN_CODEC, clock, log: this.#log(), step, route },
      ...{ stateFolder: join(this.folder.path, `state-${this.#starts}`), worker: 'test', newId: randomUUID },
      gate: {
        isHeld: () => this.isHeld,
        admit: async () => {
          await marks?.refreshed();
          checkPartitions(TENANT, count, marks?.get(TENANT));
        },
      },
    });
  }

  get stepping(): number {
    return this.#engine?.owned ?? 0;
  }

  async stopEngine(): Promise<void> {
    await this.#engine?.close();
    this.#engine = undefined;
  }

  async publish(channel: 'messaging' | 'external', event: NewEvent, partitions?: number): Promise<void> {
    const count = partitions ?? (await tenantPartitions(this.broker.admin, TENANT));
    const publisher = createPublisher(this.broker, TENANT, count, {
      ...{ source: '/people', now: () => this.clock.now(), newId: randomUUID },
    });
    await publisher.publish(channel, event);
    await publisher.close();
  }

  writes(person: string, text: string, partitions?: number): Promise<void> {
    const from = `webchat:${person}` as Address;
    const data = { connector: 'webchat', from, text };
    return this.publish('messaging', { type: 'message.received', subject: contactKeyOf(from), data }, partitions);
  }

  /** What the company said to somebody, in order of time. */
  async heard(person: string): Promise<string[]> {
    const events = await eventsOf<{ to: string; text: string }>(this.broker, TENANT, 'messaging', 'message.requested');
    return events.filter(({ to }) => to === `webchat:${person}`).map(({ text }) => text);
  }

  plan(to: number = AFTER): Promise<GrowthPlan> {
    const { broker, clock } = this;
    const folder = join(this.folder.path, 'growth');
    return planTenantGrowth({
      broker,
      clock,
      codec: PLAIN_CODEC,
      log: this.#log(),
      tenant: TENANT,
      to,
      newId: randomUUID,
      folder,
    });
  }

  /** `crashAt`: the command dies there. */
  grow({ to = AFTER, crashAt }: { to?: number; crashAt?: GrowthPoint | undefined } = {}): Promise<Growth> {
    const { broker, clock } = this;
    return growTenant({
      ...{ broker, clock, codec: PLAIN_CODEC, log: this.#log(), tenant: TENANT, to, newId: randomUUID },
      folder: join(this.folder.path, 'growth'),
      ...{ drainMs: 2_000, quietMs: QUIET_MS },
      at: (point) => {
        if (point === crashAt) throw new Error(`killed at ${point}`);
      },
    });
  }

  /** What is in the journals, partition by partition; what a call before told comes first. */
  async steps(): Promise<readonly StepRecord[]> {
    const journal = engineTopic(TENANT, 'journal');
    for (let partition = 0; partition < (await this.broker.admin.partitions(journal)); partition++) {
      for (const { id, topic, payload } of await stored(this.broker, partitionTopic(journal, partition))) {
        const record = decodeRecord(payload, PLAIN_CODEC);
        if (record.kind === 'step') this.#steps.set(`${topic} ${id}`, record);
      }
    }
    return [...this.#steps.values()];
  }

  /** Everything on the channels, repetitions dropped as every consumer drops them. */
  contents(): ReturnType<typeof channelContents> {
    return channelContents(this.broker, TENANT);
  }

  async close(): Promise<void> {
    await this.stopEngine();
    await this.#marks?.close();
    await this.broker.close();
    this.folder.remove();
  }
}
