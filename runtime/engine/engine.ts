import { join } from 'node:path';
import type { TenantName } from '../../channels/brands.ts';
import type { EventCodec } from '../../channels/codec.ts';
import { partitionOf } from '../../channels/partition.ts';
import { channelTopic, engineTopic, partitionTopic } from '../../channels/topics.ts';
import { RECIPIENT_TARGETED, type Route, type Step } from '../../dsl/step/contract.ts';
import type { Broker } from '../broker/port.ts';
import { ENGINE_SUBSCRIPTION, ROUTER_SUBSCRIPTION } from '../broker/subscriptions.ts';
import type { Clock } from '../clock.ts';
import { openDeadLetterTopic, type DeadLetterTopic } from '../events/dead-letters.ts';
import { contactLogic, DATA_INPUTS, INBOX_INPUTS, MESSAGING_INPUTS } from './contact-logic.ts';
import { MachineTable } from './machine-table.ts';
import { OwnedPartition, type OwnedPartitionOptions } from './owned-partition.ts';
import type { OutputPlacement } from './output-writer.ts';
import type { LoopLog, LoopStats } from './partition-loop.ts';
import { routerLogic } from './router-logic.ts';
import { SharedProducers } from './shared-producers.ts';

export interface EngineOptions {
  readonly broker: Broker;
  readonly tenant: TenantName;
  readonly partitions: number;
  readonly codec: EventCodec;
  readonly clock: Clock;
  readonly log: LoopLog;
  readonly step: Step;
  readonly route: Route;
  /** What the company calls itself, for what the platform says by itself: HELP, STOP, START. */
  readonly company?: string;
  /** Local copies of the partitions' states; may be deleted at any time while the engine is down. */
  readonly stateFolder: string;
  /** Name of this worker, for events and logs. */
  readonly worker: string;
  /** After how many records a checkpoint is written. Default CHECKPOINT_RECORDS. */
  readonly checkpointRecords?: number;
  /** Never twice the same, over restarts too. */
  readonly newId: () => string;
}

/** Runs a tenant's conversations: per partition one loop that routes external events and one that steps contacts. */
export class Engine {
  readonly machines: MachineTable;
  readonly #contacts: readonly OwnedPartition[];
  readonly #routers: readonly OwnedPartition[];
  readonly #deadLetters: DeadLetterTopic;

  private constructor(options: EngineOptions, machines: MachineTable) {
    const deadLetters = openDeadLetterTopic(options.broker, options.tenant);
    const producers = new SharedProducers(options.broker);
    const parts = { ...options, machines, deadLetters, producers };
    const partitions = Array.from({ length: options.partitions }, (_, partition) => partition);
    this.machines = machines;
    this.#deadLetters = deadLetters;
    this.#contacts = partitions.map((partition) => new OwnedPartition(contactPartition(parts, partition)));
    this.#routers = partitions.map((partition) => new OwnedPartition(routerPartition(parts, partition)));
  }

  static async start(options: EngineOptions): Promise<Engine> {
    return new Engine(options, await MachineTable.open(options.broker, options.tenant, options));
  }

  /** Every partition is stepping, on the machines that are in force. */
  get isReady(): boolean {
    return this.machines.isUpToDate && [...this.#contacts, ...this.#routers].every((partition) => partition.isOwned);
  }

  /** Of the contact loops, over all ownerships of this process. */
  get stats(): LoopStats {
    const total: LoopStats = {
      steps: 0,
      timersFired: 0,
      duplicatesDropped: 0,
      outputsPublished: 0,
      outputsRepublished: 0,
      recordsRecovered: 0,
    };
    for (const partition of this.#contacts) {
      for (const stats of partition.stats) {
        total.steps += stats.steps;
        total.timersFired += stats.timersFired;
        total.duplicatesDropped += stats.duplicatesDropped;
        total.outputsPublished += stats.outputsPublished;
        total.outputsRepublished += stats.outputsRepublished;
        total.recordsRecovered += stats.recordsRecovered;
      }
    }
    return total;
  }

  /** Routers first, so that nothing new is targeted while the contact loops finish. */
  async close(): Promise<void> {
    await Promise.all(this.#routers.map((router) => router.close()));
    await Promise.all(this.#contacts.map((contacts) => contacts.close()));
    await this.#deadLetters.close();
    await this.machines.close();
  }
}

/** What the partitions of an engine share. */
interface EngineParts extends EngineOptions {
  readonly producers: SharedProducers;
  readonly machines: MachineTable;
  readonly deadLetters: DeadLetterTopic;
}

function contactPartition(parts: EngineParts, partition: number): OwnedPartitionOptions {
  const { tenant, machines, step, company, log } = parts;
  const feed = (name: string, topic: string, types: ReadonlySet<string>) => ({
    name,
    topic: partitionTopic(topic, partition),
    subscription: ENGINE_SUBSCRIPTION,
    types,
  });
  return {
    ...shared(parts, partition),
    logic: contactLogic({
      ...{ step, machines, company },
      onParked: (conversation, error) => {
        log.error({ tenant, conversation, err: error }, 'conversation parked');
      },
    }),
    source: `/engine/${tenant}/${partition}`,
    journalTopic: partitionTopic(engineTopic(tenant, 'journal'), partition),
    checkpointsTopic: partitionTopic(engineTopic(tenant, 'checkpoints'), partition),
    feeds: [
      feed('inbox', engineTopic(tenant, 'inbox'), INBOX_INPUTS),
      feed('messaging', channelTopic(tenant, 'messaging'), MESSAGING_INPUTS),
      feed('data', channelTopic(tenant, 'data'), DATA_INPUTS),
    ],
    stateFolder: join(parts.stateFolder, tenant, `contacts-${partition}`),
  };
}

function routerPartition(parts: EngineParts, partition: number): OwnedPartitionOptions {
  const { tenant, machines } = parts;
  return {
    ...shared(parts, partition),
    logic: routerLogic(parts.route, machines),
    source: `/router/${tenant}/${partition}`,
    journalTopic: partitionTopic(engineTopic(tenant, 'router'), partition),
    checkpointsTopic: partitionTopic(engineTopic(tenant, 'router-checkpoints'), partition),
    feeds: [
      {
        name: 'external',
        topic: partitionTopic(channelTopic(tenant, 'external'), partition),
        subscription: ROUTER_SUBSCRIPTION,
        types: undefined,
      },
      {
        name: 'broadcasts',
        topic: partitionTopic(channelTopic(tenant, 'broadcasts'), partition),
        subscription: ROUTER_SUBSCRIPTION,
        types: new Set([RECIPIENT_TARGETED]),
      },
    ],
    stateFolder: join(parts.stateFolder, tenant, `router-${partition}`),
  };
}

function shared(
  parts: EngineParts,
  partition: number,
): Pick<
  OwnedPartitionOptions,
  | 'broker'
  | 'producers'
  | 'codec'
  | 'clock'
  | 'log'
  | 'placement'
  | 'newOwner'
  | 'newGeneration'
  | 'partition'
  | 'worker'
  | 'checkpointRecords'
  | 'deadLetters'
> {
  const { broker, producers, codec, clock, log, tenant, partitions, newId, worker, checkpointRecords, deadLetters } =
    parts;
  const placement = placementIn(tenant, partitions);
  const identity = { partition, worker, newOwner: newId, newGeneration: newId };
  return { broker, producers, codec, clock, log, placement, checkpointRecords, deadLetters, ...identity };
}

/** Most events of a step have the same key: it is hashed once. */
function placementIn(tenant: TenantName, partitions: number): OutputPlacement {
  let lastKey = '';
  let partition = partitionOf(lastKey, partitions);
  return (to, key) => {
    if (key !== lastKey) {
      lastKey = key;
      partition = partitionOf(key, partitions);
    }
    return partitionTopic(to === 'inbox' ? engineTopic(tenant, 'inbox') : channelTopic(tenant, to), partition);
  };
}
