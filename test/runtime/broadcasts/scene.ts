/** A tenant on the embedded broker with a definition that starts by broadcast, and what is said on `broadcasts`. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TenantName } from '../../../channels/brands.ts';
import { decodeEvent } from '../../../channels/encode.ts';
import { parseSequence, type Event } from '../../../channels/event.ts';
import { channelTopic, partitionTopic, type ChannelName } from '../../../channels/topics.ts';
import { compileText } from '../../../dsl/compile/compile.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { machinesOf } from '../../../dsl/machines.ts';
import { Broadcasts } from '../../../runtime/broadcasts/broadcasts.ts';
import { openBroadcastDatabase, type BroadcastDatabase } from '../../../runtime/broadcasts/database.ts';
import { createEmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import type { Broker } from '../../../runtime/broker/port.ts';
import { systemClock, type Clock } from '../../../runtime/clock.ts';
import { SourceMarks } from '../../../runtime/engine/source-marks.ts';
import { createPublisher, type Publisher } from '../../../runtime/events/publisher.ts';
import { createTenant } from '../../../runtime/events/tenant.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

export const TENANT = 'acme' as TenantName;
export const PARTITIONS = 2;

const TEXT = `
conversation: flu-shot
locales: [en, es]
start:
  - broadcast: true
inputs:
  place: text
steps:
  - say: { text: { en: "Come to \${inputs.place}.", es: "Venga a \${inputs.place}." } }
    end: told
`;

export function machine(): Machine {
  const compiled = compileText(TEXT, { file: 'flu-shot.yaml' });
  if (!('machine' in compiled)) throw new Error(JSON.stringify(compiled.diagnostics));
  return compiled.machine;
}

export class Scene {
  readonly folder: ReturnType<typeof temporaryFolder> = temporaryFolder();
  readonly machine: Machine;
  readonly broker: Broker;
  readonly #clock: Clock;
  readonly database: BroadcastDatabase = openBroadcastDatabase(join(this.folder.path, 'broadcasts'));
  readonly #publisher: Publisher;

  private constructor(broker: Broker, clock: Clock, started: Machine) {
    this.broker = broker;
    this.machine = started;
    this.#clock = clock;
    const now = (): number => clock.now();
    this.#publisher = createPublisher(broker, TENANT, PARTITIONS, { source: '/platform', now, newId: randomUUID });
  }

  static async open({
    clock = systemClock,
    started = machine(),
  }: { clock?: Clock; started?: Machine } = {}): Promise<Scene> {
    const folder = temporaryFolder();
    const broker = await createEmbeddedBroker({ folder: join(folder.path, 'broker') });
    await createTenant(broker.admin, TENANT, PARTITIONS);
    const scene = new Scene(broker, clock, started);
    scene.#folders.push(folder);
    return scene;
  }

  readonly #folders: ReturnType<typeof temporaryFolder>[] = [];

  /** As a process would: again on the same folder, it goes on. */
  async broadcasts(through: (broker: Broker) => Broker = (broker) => broker): Promise<Broadcasts> {
    const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const broadcasts = new Broadcasts({
      broker: through(this.broker),
      tenant: TENANT,
      partitions: PARTITIONS,
      publisher: this.#publisher,
      database: this.database,
      machines: () => machinesOf([this.machine]),
      clock: this.#clock,
      now: () => this.#clock.now(),
      newId: randomUUID,
      log: silent,
    });
    await broadcasts.start();
    return broadcasts;
  }

  /** Everything on a channel up to now; `once`: without what consumers drop because they have it. */
  async events({ once = false, channel = 'broadcasts' }: { once?: boolean; channel?: ChannelName } = {}): Promise<
    readonly Event[]
  > {
    const events: Event[] = [];
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const topic = partitionTopic(channelTopic(TENANT, channel), partition);
      const last = await this.broker.admin.lastMessageId(topic);
      if (last === undefined) continue;
      const reader = await this.broker.createReader({ topic, from: 'Earliest' });
      const marks = new SourceMarks();
      for (let id: string = ''; id !== last;) {
        const message = await reader.next();
        id = message.id;
        const event = decodeEvent(message.payload);
        const isNew = marks.accept(event.source, parseSequence(event.sequence ?? ''));
        if (!once || isNew) events.push(event);
      }
      await reader.close();
    }
    return events;
  }

  async close(): Promise<void> {
    await this.#publisher.close();
    await this.broker.close();
    await this.database.close();
    for (const folder of [this.folder, ...this.#folders]) folder.remove();
  }
}

/** `count` people, one a line. */
export function csv(count: number): Buffer {
  const lines = Array.from({ length: count }, (_, index) => `+1212555${(1000 + index).toString()},place ${index}`);
  return Buffer.from(`phone,place\n${lines.join('\n')}\n`);
}

export function peopleOf(events: readonly Event[]): readonly string[] {
  return events
    .filter(({ type }) => type === 'broadcast.recipient-targeted')
    .map(({ data }) => (data as { to: string }).to)
    .toSorted();
}
