/**
 * Runs a tenant's connectors on the broker. Each has a Failover subscription `connector-<name>` of its own on every
 * partition of `messaging` (if it delivers messages) and of the channels that it follows, so that one that is stuck
 * delays no other; `connector-none` answers for requests that nobody serves.
 */
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import type { TenantName } from '../../channels/brands.ts';
import type { EventCodec } from '../../channels/codec.ts';
import { channelTopic, partitionTopic, type ChannelName } from '../../channels/topics.ts';
import type {
  Connector,
  ConnectorHost,
  ConnectorLog,
  Follow,
  Gateway,
  HttpRoute,
  UpgradeRoute,
} from '../../connectors/port.ts';
import type { Broker } from '../broker/port.ts';
import type { Clock } from '../clock.ts';
import type { DeadLetterHandler } from '../events/dead-letters.ts';
import type { Publisher } from '../events/publisher.ts';
import type { StatementLog } from '../events/statement-log.ts';
import { AppliedTable } from './applied-table.ts';
import { Courier } from './courier.ts';
import { followErrand, messageErrand } from './errands.ts';
import { PartitionRun, type PartitionRunOptions } from './partition-run.ts';
import { StatementTable } from './statement-table.ts';
import { StopSignal } from './stop-signal.ts';
import { newTally, type Tally } from './tally.ts';

/** Stands for the connector that is missing. */
const NONE = 'none';

export interface ConnectorsOptions {
  readonly broker: Broker;
  readonly tenant: TenantName;
  /** Of the tenant's channels. */
  readonly partitions: number;
  /** A folder of the host's own: connectors get `<folder>/<name>`, the host keeps `<folder>/host`. */
  readonly folder: string;
  /** A publisher of its own for each connector: `/connectors/webchat`, with the log of what it stated. The host closes it. */
  readonly createPublisher: (source: string, statements: StatementLog) => Publisher;
  readonly deadLetter: DeadLetterHandler;
  readonly clock: Clock;
  readonly log: ConnectorLog;
  readonly codec?: EventCodec;
  /** Throws while nothing that people write is taken: tell the sender to try again. Default: never. */
  readonly admit?: () => void;
}

export type ConnectorFactory = (host: ConnectorHost) => Connector | Gateway;

export interface Connectors {
  readonly routes: readonly HttpRoute[];
  readonly upgrades: readonly UpgradeRoute[];
  /** By connector name, and `none` for requests that nobody serves. Live. */
  readonly tallies: Readonly<Record<string, Readonly<Tally>>>;
  /** Resolves once every connector is started and subscribed; unwinds what was started where one fails. */
  start(): Promise<void>;
  /** Takes no more; lets what is under way finish; then stops connectors and publishers. */
  stop(): Promise<void>;
}

interface Served {
  readonly name: string;
  readonly connector: Gateway | undefined;
  readonly publisher: Publisher;
  readonly runs: readonly PartitionRun[];
}

/** `factories`: by connector name. Not `none`, and a name stays with its connector, for its subscription bears it. */
export function createConnectors(
  options: ConnectorsOptions,
  factories: Readonly<Record<string, ConnectorFactory>>,
): Connectors {
  if (NONE in factories) throw new Error(`a connector can not be called "${NONE}"`);
  const table = new AppliedTable(join(options.folder, 'host'));
  const statements = new StatementTable(join(options.folder, 'host'), () => options.clock.now());
  const signal = new StopSignal();
  const tallies: Record<string, Tally> = {};
  /** Of the connectors that deliver messages. */
  const names = new Set<string>();
  const serve = (name: string, factory: ConnectorFactory | undefined): Served => {
    const tally = (tallies[name] = newTally());
    const stated = statements.logOf(name);
    const publisher = options.createPublisher(`/connectors/${name}`, stated);
    const host = connectorHost(options, name, publisher);
    const connector = factory?.(host);
    if (connector && connector.name !== name) throw new Error(`connector "${connector.name}" was given as "${name}"`);
    const isStated = (id: string): boolean => stated.find(id) !== undefined;
    const part = { ...options, table, signal, tally, host, name, names, isStated };
    const delivers = connector === undefined || deliversMessages(connector);
    if (connector && delivers) names.add(name);
    const runs = [
      ...(delivers ? messageRuns(part, connector) : []),
      ...(connector?.follows ?? []).flatMap((follow) => followRuns(part, follow)),
    ];
    return { name, connector, publisher, runs };
  };
  const served = [...Object.entries(factories), [NONE, undefined] as const].map(([name, make]) => serve(name, make));
  const started: Served[] = [];

  const stop = async (): Promise<void> => {
    signal.stop();
    // Before the connectors: a delivery under way still needs its own.
    await Promise.all(started.flatMap(({ runs }) => runs.map((run) => run.stop())));
    for (const { connector } of served) await connector?.stop();
    await Promise.all(served.map(({ publisher }) => publisher.close()));
    await table.close();
    await statements.close();
  };

  return {
    routes: served.flatMap(({ connector }) => connector?.routes ?? []),
    upgrades: served.flatMap(({ connector }) => connector?.upgrades ?? []),
    tallies,
    async start() {
      await table.forgetOld(options.clock.now());
      await statements.forgetOld();
      try {
        for (const each of served) {
          started.push(each);
          await each.connector?.start();
          await Promise.all(each.runs.map((run) => run.start()));
        }
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
  };
}

function deliversMessages(connector: Gateway): connector is Connector {
  return 'deliver' in connector;
}

interface Part extends ConnectorsOptions {
  readonly table: AppliedTable;
  readonly signal: StopSignal;
  readonly tally: Tally;
  readonly host: ConnectorHost;
  readonly name: string;
  readonly names: ReadonlySet<string>;
  readonly isStated: (id: string) => boolean;
}

/** `connector` undefined: answers for requests that nobody serves. */
function messageRuns(part: Part, connector: Connector | undefined): readonly PartitionRun[] {
  const { host, clock, signal, tally, table, name, names, isStated, deadLetter } = part;
  const courier = new Courier({ host, connector, isStated, clock, signal, tally });
  const serves = connector ? (wanted: string) => wanted === name : (wanted: string) => !names.has(wanted);
  const subscription = `connector-${name}`;
  const errand = messageErrand({ courier, table, clock, serves, unserved: !connector, deadLetter, subscription });
  return runsOn(part, { channel: 'messaging', subscription, errand, ledger: { table, name: subscription } });
}

function followRuns(part: Part, follow: Follow): readonly PartitionRun[] {
  const { name, clock, signal, log, tally, deadLetter, table } = part;
  const subscription = `follow-${name}`;
  const errand = followErrand({ follow, subscription, clock, signal, log, tally, deadLetter });
  const ledger = follow.remembered ? { table, name: `${subscription} on ${follow.channel}` } : undefined;
  return runsOn(part, { channel: follow.channel, subscription, errand, ledger });
}

interface RunPlan extends Pick<PartitionRunOptions, 'subscription' | 'errand' | 'ledger'> {
  readonly channel: ChannelName;
}

function runsOn(part: Part, { channel, ...plan }: RunPlan): readonly PartitionRun[] {
  const { broker, tenant, partitions, clock, log, codec, deadLetter, signal, tally } = part;
  return Array.from({ length: partitions }, (_, partition) => {
    const topic = partitionTopic(channelTopic(tenant, channel), partition);
    return new PartitionRun({ ...plan, broker, topic, partition, clock, log, codec, deadLetter, signal, tally });
  });
}

function connectorHost(options: ConnectorsOptions, name: string, publisher: Publisher): ConnectorHost {
  const dataFolder = join(options.folder, name);
  if (name !== NONE) mkdirSync(dataFolder, { recursive: true });
  return {
    tenant: options.tenant,
    dataFolder,
    now: () => options.clock.now(),
    log: options.log,
    async publish(channel, { type, data, contact, id, causationid, correlationid }) {
      if (type === 'message.received') options.admit?.();
      await publisher.publish(channel, {
        type,
        data,
        subject: contact,
        ...(id !== undefined && { id }),
        ...(causationid !== undefined && { causationid }),
        ...(correlationid !== undefined && { correlationid }),
      });
    },
  };
}
