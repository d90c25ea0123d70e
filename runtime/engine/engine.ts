import { join } from 'node:path';
import type { TenantName } from '../../channels/brands.ts';
import type { EventCodec } from '../../channels/codec.ts';
import { partitionOf } from '../../channels/partition.ts';
import { channelTopic, engineTopic, partitionTopic, type ChannelName } from '../../channels/topics.ts';
import { RECIPIENT_TARGETED, type Route, type Step } from '../../dsl/step/contract.ts';
import type { Broker } from '../broker/port.ts';
import { ENGINE_SUBSCRIPTION, ROUTER_SUBSCRIPTION } from '../broker/subscriptions.ts';
import type { Clock } from '../clock.ts';
import { alone, type Workers } from '../workers/workers.ts';
import { openDeadLetterTopic, type DeadLetterTopic } from '../events/dead-letters.ts';
import { contactLogic, DATA_INPUTS, INBOX_INPUTS, MESSAGING_INPUTS } from './contact-logic.ts';
import type { Gate } from './gate.ts';
import { contactSource, routerSource } from './loop-sources.ts';
import { MachineTable } from './machine-table.ts';
import { OwnedPartition, type OwnedPartitionOptions, type Rest } from './owned-partition.ts';
import type { OutputPlacement } from './output-writer.ts';
import type { LoopLog } from './loop-log.ts';
import type { LoopStats } from './loop-stats.ts';
import { routerLogic } from './router-logic.ts';
import type { PartitionLoops, Others } from './share.ts';
import { SharedProducers } from './shared-producers.ts';
import { Shares } from './shares.ts';
import { Turns, type TenantTurns } from './turns.ts';

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
  /** Who shares the tenant's partitions. Default: this worker alone. */
  readonly workers?: Workers;
  /** After how many records a checkpoint is written. Default CHECKPOINT_RECORDS. */
  readonly checkpointRecords?: number;
  /** Default PASSED_OVER_MAX. */
  readonly passedOverMax?: number;
  /** Default: nothing stands in the way. */
  readonly gate?: Gate;
  /** When partitions with nothing to do are closed. Default: never. */
  readonly rest?: Rest | undefined;
  /** Of the whole process. Default: this tenant is alone in it. */
  readonly turns?: Turns;
  /** Never twice the same, over restarts too. */
  readonly newId: () => string;
}

/**
 * Runs a tenant's conversations, or this worker's share of them: per partition one loop that routes external events and
 * one that steps contacts.
 */
export class Engine {
  readonly machines: MachineTable;
  readonly #shares: Shares;
  readonly #deadLetters: DeadLetterTopic;
  readonly #parked: { count: number };

  private constructor(options: EngineOptions, machines: MachineTable) {
    const { broker, tenant, partitions, clock, log, worker } = options;
    const deadLetters = openDeadLetterTopic(broker, tenant);
    const parts = {
      ...options,
      machines,
      deadLetters,
      parked: { count: 0 },
      producers: new SharedProducers(broker),
      turns: (options.turns ?? new Turns()).tenant(),
    };
    const workers = options.workers ?? alone({ name: worker, incarnation: worker });
    this.machines = machines;
    this.#deadLetters = deadLetters;
    this.#parked = parts.parked;
    this.#shares = new Shares({
      ...{ tenant, partitions, clock, log, sharing: workers.share(tenant) },
      open: (partition, others) => openLoops(parts, partition, others),
    });
  }

  static async start(options: EngineOptions): Promise<Engine> {
    return new Engine(options, await MachineTable.open(options.broker, options.tenant, options));
  }

  /** Every partition that is this worker's is stepping, on the machines that are in force. */
  get isReady(): boolean {
    return this.machines.isUpToDate && this.#shares.isReady;
  }

  /** Partitions that are stepping here. */
  get owned(): number {
    return this.#shares.owned;
  }

  /** Of these, those that have nothing to do, and that nothing is kept open for. */
  get asleep(): number {
    return this.#shares.asleep;
  }

  /** Of the contact loops, over all ownerships of this process. */
  get stats(): LoopStats {
    return this.#shares.stats;
  }

  /** Conversations that were parked in this process. */
  get parked(): number {
    return this.#parked.count;
  }

  /** Inputs that were put aside in this process, by routers too. */
  get deadLettered(): number {
    return this.#deadLetters.count;
  }

  /** Finishes what is in flight and gives every partition up. */
  async close(): Promise<void> {
    await this.#shares.close();
    await this.#deadLetters.close();
    await this.machines.close();
  }
}

/** What the partitions of an engine share. */
interface EngineParts extends Omit<EngineOptions, 'turns'> {
  readonly turns: TenantTurns;
  readonly producers: SharedProducers;
  readonly machines: MachineTable;
  readonly deadLetters: DeadLetterTopic;
  readonly parked: { count: number };
}

function openLoops(parts: EngineParts, partition: number, others: Others): PartitionLoops {
  return {
    router: new OwnedPartition({ ...routerPartition(parts, partition), ...others }),
    contacts: new OwnedPartition({ ...contactPartition(parts, partition), ...others }),
  };
}

function contactPartition(parts: EngineParts, partition: number): OwnedPartitionOptions {
  const { tenant, partitions, machines, step, company, log } = parts;
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
      place: { partition, partitions },
      onParked: (conversation, error) => {
        parts.parked.count += 1;
        log.error({ tenant, conversation, err: error }, 'conversation parked');
      },
    }),
    source: contactSource(tenant, partition),
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
    source: routerSource(tenant, partition),
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

/** What both loops of a partition have in common. */
function shared(parts: EngineParts, partition: number) {
  const { broker, producers, codec, clock, log, tenant, partitions, newId, worker } = parts;
  const { checkpointRecords, passedOverMax, deadLetters, gate, rest, turns } = parts;
  return {
    ...{ broker, producers, codec, clock, log, worker, partition, newOwner: newId, newGeneration: newId },
    ...{ checkpointRecords, passedOverMax, deadLetters, gate, rest, turns },
    placement: placementIn(tenant, partitions),
  };
}

/** Most events of a step have the same key, which is hashed once; and a topic's name is made once. */
function placementIn(tenant: TenantName, partitions: number): OutputPlacement {
  const topics = Array.from({ length: partitions }, () => new Map<ChannelName | 'inbox', string>());
  let lastKey: string | undefined;
  let partition = 0;
  let ofPartition: Map<ChannelName | 'inbox', string> | undefined;
  return (to, key) => {
    if (key !== lastKey) {
      lastKey = key;
      partition = partitionOf(key, partitions);
      ofPartition = topics[partition];
    }
    const known = ofPartition?.get(to);
    if (known !== undefined) return known;
    const topic = partitionTopic(to === 'inbox' ? engineTopic(tenant, 'inbox') : channelTopic(tenant, to), partition);
    ofPartition?.set(to, topic);
    return topic;
  };
}
