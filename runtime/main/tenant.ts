import { join } from 'node:path';
import type { TenantName } from '../../channels/brands.ts';
import { PLAIN_CODEC } from '../../channels/codec.ts';
import { createHandoffConnector } from '../../connectors/handoff/connector.ts';
import { createHttpDataConnector } from '../../connectors/http-data/connector.ts';
import { createProbeConnector } from '../../connectors/probe/connector.ts';
import { createRecordingConnector } from '../../connectors/recording/connector.ts';
import { email, SMS } from '../../connectors/recording/medium.ts';
import { createWebchatConnector } from '../../connectors/webchat/connector.ts';
import type { RegisteredSchemas } from '../../channels/registered-schemas.ts';
import type { HttpRoute } from '../../connectors/port.ts';
import { route } from '../../dsl/step/route.ts';
import { step } from '../../dsl/step/step.ts';
import { Baseline } from '../baseline/baseline.ts';
import type { Broker } from '../broker/port.ts';
import type { Clock } from '../clock.ts';
import { companyOf } from '../config/companies.ts';
import type { Configuration } from '../config/configuration.ts';
import { secretsOf } from '../config/secrets.ts';
import { createConnectors, type ConnectorFactory, type Connectors } from '../connectors/host.ts';
import { publishFolder, type FolderDefinition } from '../definitions/from-folder.ts';
import { Engine } from '../engine/engine.ts';
import { MachineTable } from '../engine/machine-table.ts';
import type { Rest } from '../engine/owned-partition.ts';
import { createDeadLetters, type DeadLetters } from '../events/dead-letters.ts';
import { createPublisher, type NewEvent, type Publisher } from '../events/publisher.ts';
import type { Turns } from '../engine/turns.ts';
import type { StatementLog } from '../events/statement-log.ts';
import { tenantPartitions } from '../events/tenant.ts';
import type { ConnectorMount } from '../http/connector-routes.ts';
import { tenantGrowing } from '../http/problem.ts';
import type { LoadShedder } from '../load-shedding/load-shedder.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/port.ts';
import { FollowedMark } from '../store/sink/followed-mark.ts';
import { Sink } from '../store/sink/sink.ts';
import type { Workers } from '../workers/workers.ts';
import { operatorRoutes } from './operator-routes.ts';
import type { Roles } from './roles.ts';
import { startSending, type Sending } from './sending.ts';

export interface TenantOptions {
  readonly tenant: TenantName;
  readonly broker: Broker;
  readonly store: Store;
  readonly configuration: Configuration;
  readonly roles: Roles;
  readonly clock: Clock;
  readonly log: Log;
  /** Who shares the engine's work; absent where this process is no engine. */
  readonly workers: Workers | undefined;
  /** When its partitions are closed for want of anything to do. Default: never. */
  readonly rest?: Rest | undefined;
  /** Between the tenants of this process. */
  readonly turns: Turns;
  readonly newId: () => string;
  /** To be in force from now on. */
  readonly definitions: readonly FolderDefinition[];
  /** Schemas of the tenant's own event types. */
  readonly registered: RegisteredSchemas | undefined;
  /** Whether the tenant is to come to rest: nothing that people write is taken, and no deadline passes. */
  readonly isHeld: () => boolean;
  /** Refuses what people write while too much of it waits. */
  readonly loadShedder: Pick<LoadShedder, 'check'>;
  /** Rejects where nobody may step the tenant's contacts on so many partitions. */
  readonly admit: (partitions: number) => Promise<void>;
  /** Where the tenant's pages are served: empty for the default tenant. */
  readonly prefix: string;
}

/** Everything of one tenant that runs in this process. */
export class Tenant {
  readonly name: TenantName;
  readonly publisher: Publisher;
  readonly engine: Engine | undefined;
  readonly sink: Sink | undefined;
  /** How far the tenant is stored, wherever its sink runs. */
  readonly mark: FollowedMark;
  readonly baseline: Baseline | undefined;
  readonly mounts: readonly ConnectorMount[];
  readonly connectors: Connectors | undefined;
  /** What its connectors put aside. */
  readonly connectorLetters: Pick<DeadLetters, 'count'> | undefined;
  readonly sending: Sending | undefined;
  readonly #closers: readonly (() => Promise<void>)[];
  #held = false;

  private constructor(parts: Omit<Tenant, 'isHeld' | 'hold' | 'close'>, closers: readonly (() => Promise<void>)[]) {
    this.name = parts.name;
    this.publisher = parts.publisher;
    this.engine = parts.engine;
    this.sink = parts.sink;
    this.mark = parts.mark;
    this.baseline = parts.baseline;
    this.mounts = parts.mounts;
    this.connectors = parts.connectors;
    this.connectorLetters = parts.connectorLetters;
    this.sending = parts.sending;
    this.#closers = closers;
  }

  /** Starts sink, engine, connectors and what sends to many, in that order; unwinds what was started where one fails. */
  static async start(options: TenantOptions): Promise<Tenant> {
    const closers: (() => Promise<void>)[] = [];
    try {
      const { tenant, broker, store, roles, clock, log } = options;
      const partitions = await tenantPartitions(broker.admin, tenant);
      const publisherOf = (source: string, statements?: StatementLog): Publisher =>
        createPublisher(broker, tenant, partitions, {
          ...{ source, now: () => clock.now(), newId: options.newId, registered: options.registered, statements },
        });
      const publisher = publisherOf('/platform');
      closers.push(() => publisher.close());
      const sink = roles.sink ? new Sink({ broker, store, tenant, log, clock }) : undefined;
      if (sink) closers.push(() => sink.stop());
      const mark = new FollowedMark(broker, tenant);
      closers.push(() => mark.close());
      await publishMissing(options, publisher);
      const baseline =
        sink && options.configuration.baseline.enabled ? startBaseline(options, sink, publisher) : undefined;
      if (baseline) closers.push(() => baseline.stop());
      const engine = options.workers ? await startEngine(options, options.workers, partitions) : undefined;
      if (engine) closers.push(() => engine.close());
      const connectorLetters = roles.edge ? createDeadLetters(broker, tenant, publisher) : undefined;
      if (connectorLetters) closers.push(() => connectorLetters.close());
      const connectors = connectorLetters
        ? await startConnectors(options, partitions, connectorLetters, publisherOf, closers)
        : undefined;
      const table = roles.edge ? (engine?.machines ?? (await openTable(options, closers))) : undefined;
      const sending = table
        ? await startSending(options, partitions, publisherOf('/broadcasts'), table, closers)
        : undefined;
      const operating = table && operatorRoutes(options, publisher, table, (signal) => mark.settled(signal));
      const mounts = [connectors && pick(connectors), ...[sending?.routes, operating].map(mountOf)]
        .filter((mount) => mount !== undefined)
        .map((mount) => ({ tenant, prefix: options.prefix, ...mount }));
      const parts = {
        name: tenant,
        publisher,
        engine,
        sink,
        mark,
        baseline,
        mounts,
        connectors,
        connectorLetters,
        sending,
      };
      return new Tenant(parts, closers);
    } catch (error) {
      await closeAll(closers);
      throw error;
    }
  }

  /** It was held before: what it sends by itself has stopped. It is closed and started anew, not let go. */
  get isHeld(): boolean {
    return this.#held;
  }

  /** Sends nothing more by itself; what is under way goes on. Repeatable. */
  async hold(): Promise<void> {
    this.#held = true;
    await this.sending?.stop();
  }

  async close(): Promise<void> {
    await closeAll(this.#closers);
  }
}

/** In reverse order of starting. One that fails to stop must not keep the others running. */
async function closeAll(closers: readonly (() => Promise<void>)[]): Promise<void> {
  for (const close of closers.toReversed()) await close().catch(() => undefined);
}

function pick({ routes, upgrades }: Connectors): Pick<ConnectorMount, 'routes' | 'upgrades'> {
  return { routes, upgrades };
}

function mountOf(routes: readonly HttpRoute[] | undefined): Pick<ConnectorMount, 'routes' | 'upgrades'> | undefined {
  return routes && { routes, upgrades: [] };
}

/** Of an edge that runs no engine. */
async function openTable(
  { broker, tenant, clock, log }: TenantOptions,
  closers: (() => Promise<void>)[],
): Promise<MachineTable> {
  const table = await MachineTable.open(broker, tenant, { clock, log });
  closers.push(() => table.close());
  return table;
}

/** Before the engine starts, so that what arrives first already meets the new versions. */
async function publishMissing(options: TenantOptions, publisher: Publisher): Promise<void> {
  if (options.definitions.length === 0) return;
  const { broker, tenant, log } = options;
  const table = await MachineTable.open(broker, tenant);
  try {
    await publishFolder({ broker, tenant, publisher, log }, options.definitions, table.definitions);
  } finally {
    await table.close();
  }
}

function startBaseline({ tenant, store, clock, log }: TenantOptions, sink: Sink, publisher: Publisher): Baseline {
  const publish = (event: NewEvent): Promise<unknown> => publisher.publish('operations', event);
  const baseline = new Baseline({ tenant, store, sink, clock, log, publish });
  baseline.start();
  return baseline;
}

function startEngine(options: TenantOptions, workers: Workers, partitions: number): Promise<Engine> {
  const { broker, tenant, clock, log, newId, configuration, rest, turns } = options;
  const company = companyOf(configuration, tenant);
  return Engine.start({
    ...{ broker, tenant, partitions, clock, log, step, route, workers, worker: workers.self.name, newId, rest, turns },
    ...(company === undefined ? {} : { company }),
    gate: { isHeld: options.isHeld, admit: () => options.admit(partitions) },
    codec: PLAIN_CODEC,
    stateFolder: join(configuration.dataFolder, 'state'),
  });
}

async function startConnectors(
  options: TenantOptions,
  partitions: number,
  deadLetters: DeadLetters,
  createPublisherFor: (source: string, statements: StatementLog) => Publisher,
  closers: (() => Promise<void>)[],
): Promise<Connectors> {
  const { broker, tenant, clock, log, configuration, prefix } = options;
  const { enabled, title, allowedOrigins } = configuration.webchat;
  const { timePasses } = configuration.probe;
  const factories: Record<string, ConnectorFactory> = { probe: (host) => createProbeConnector(host, { timePasses }) };
  if (enabled) {
    factories['webchat'] = (host) =>
      createWebchatConnector(host, { title, allowedOrigins, publicPath: `${prefix}/chat` });
  }
  for (const name of configuration.recording.connectors) {
    const medium = name === 'sms' ? SMS : email(companyOf(configuration, tenant) ?? tenant);
    factories[name] = (host) => createRecordingConnector(host, medium);
  }
  const { secretsFolder, ...limits } = configuration.fetch;
  const secrets = secretsOf(tenant, { environment: process.env, folder: secretsFolder });
  factories['http-data'] = (host) => createHttpDataConnector(host, { ...limits, secrets });
  if (configuration.handoff.enabled) factories['handoff'] = createHandoffConnector;
  const connectors = createConnectors(
    {
      ...{ broker, tenant, partitions, clock, log },
      admit: () => {
        if (options.isHeld()) throw tenantGrowing(tenant);
        options.loadShedder.check(tenant);
      },
      folder: join(configuration.dataFolder, 'connectors', tenant),
      createPublisher: createPublisherFor,
      deadLetter: deadLetters.put,
    },
    factories,
  );
  await connectors.start();
  closers.push(() => connectors.stop());
  return connectors;
}
