import { join } from 'node:path';
import type { TenantName } from '../../channels/brands.ts';
import { lockFolder } from '../broker/embedded/lock.ts';
import type { Broker } from '../broker/port.ts';
import type { Clock } from '../clock.ts';
import type { Configuration } from '../config/configuration.ts';
import { NapTable } from '../engine/nap-table.ts';
import { parseTenantName } from '../events/tenant.ts';
import { createAdminServer } from '../http/admin.ts';
import type { ConnectorMount } from '../http/connector-routes.ts';
import { createMetrics } from '../http/metrics.ts';
import { createHttpServer } from '../http/server.ts';
import { openFileKeyStore } from '../keys/file-store.ts';
import type { Log } from '../log.ts';
import { LoadShedder } from '../load-shedding/load-shedder.ts';
import { messagesWaiting } from '../load-shedding/waiting.ts';
import { ProbeResults } from '../probes/results.ts';
import type { Store } from '../store/port.ts';
import { sqlOverHttp } from '../store/sql-http.ts';
import type { Workers } from '../workers/workers.ts';
import { compileDefinitions } from './compile-definitions.ts';
import { loadEventSchemas } from './event-schemas.ts';
import { openBroker } from './open-broker.ts';
import { openConfiguredStore } from './open-store.ts';
import { registerPlatformMetrics } from './platform-metrics.ts';
import { untilReachable } from './reachable.ts';
import { readinessChecks } from './readiness.ts';
import { startProbing } from './probing.ts';
import { rolesOf, type Roles } from './roles.ts';
import { StopOrder } from './stop-order.ts';
import type { Tenant } from './tenant.ts';
import { Tenants } from './tenants.ts';
import { joinWorkers } from './workers.ts';

/** For requests under way at a stop: below Kubernetes' default of 30 s, with room for the engine to finish. */
const HTTP_GRACE_MS = 5_000;

/**
 * A partition that has had nothing to do for so long is closed. To open it again takes some milliseconds of processor
 * time, and its first message as much longer.
 */
const REST_AFTER_MS = 120_000;

export interface PlatformOptions {
  readonly configuration: Configuration;
  readonly log: Log;
  readonly clock: Clock;
}

export interface Platform {
  /** Where it listens. */
  readonly url: string;
  /** The default tenant. */
  readonly tenant: TenantName;
  readonly tenants: ReadonlyMap<TenantName, Tenant>;
  /**
   * Lets what is under way finish, then stops everything in reverse order. Resolves with the names of the parts that had
   * not stopped within `stopSeconds`: none, unless something outside does not answer.
   */
  stop(): Promise<readonly string[]>;
}

/**
 * The composition root: wires drivers, engine, sink and connectors as configured. Starts unwind where one fails; an
 * unreachable broker or store is waited for.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const order = new StopOrder(options);
  const stop = (): Promise<readonly string[]> => order.stop(options.configuration.stopSeconds * 1_000);
  try {
    return { ...(await start(options, order)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: PlatformOptions, order: StopOrder): Promise<Omit<Platform, 'stop'>> {
  const { configuration, log, clock } = options;
  const defaultTenant = parseTenantName(configuration.defaultTenant.name);
  const definitions = await compileDefinitions(configuration.conversations);
  const registered = await loadEventSchemas(configuration.eventSchemas);
  const lock = await lockFolder(configuration.dataFolder);
  order.push('lock', () => lock.release());
  const roles = rolesOf(configuration);
  const broker = await openBroker(configuration);
  order.push('broker', () => broker.close());
  const store = await openConfiguredStore(configuration);
  order.push('store', () => store.close());
  const workers = roles.engine ? joinWorkers({ ...options, broker, dataFolder: configuration.dataFolder }) : undefined;
  if (workers) order.push('membership', () => workers.close());
  const loadShedder = new LoadShedder({
    waiting: (tenant) => messagesWaiting(broker.admin, tenant),
    waitingMax: configuration.http.maxWaiting,
    ...{ clock, log },
  });
  order.push('load shedding', () => {
    loadShedder.close();
    return Promise.resolve();
  });
  const parts = { ...options, broker, store, roles, workers, loadShedder };
  const naps = roles.engine ? new NapTable(join(configuration.dataFolder, 'naps')) : undefined;
  if (naps) order.push('naps', () => naps.close());
  const rest = naps && { afterMs: REST_AFTER_MS, naps };
  const tenants = new Tenants({ ...parts, rest, defaultTenant, definitions, registered });
  const isProbing = roles.edge && configuration.probe.scenarios.length > 0;
  const probes = isProbing ? new ProbeResults(clock.now()) : undefined;
  const url = await serve({ ...parts, tenants, probes }, order);
  await untilReachable('the broker', () => broker.admin.ping(), options);
  await untilReachable('the broker', () => tenants.hearMarks(), options);
  await untilReachable('the broker', () => tenants.create(defaultTenant), options);
  await tenants.take(defaultTenant);
  await tenants.takeOthers();
  tenants.allStarted = true;
  if (probes) startProbing({ ...parts, tenants, tenant: defaultTenant, results: probes, url }, order);
  const worker = workers?.self.name;
  log.info({ url, roles: configuration.roles, worker, broker: broker.driver, store: store.kind }, 'Parlance is ready');
  return { url, tenant: defaultTenant, tenants: tenants.all };
}

interface ServeParts extends PlatformOptions {
  readonly broker: Broker;
  readonly store: Store;
  readonly roles: Roles;
  readonly workers: Workers | undefined;
  readonly loadShedder: LoadShedder;
  readonly tenants: Tenants;
  readonly probes: ProbeResults | undefined;
}

/**
 * Listens before broker and store answer, in every role: whoever watches the process can tell "alive and waiting" from
 * "dead". Only the edge serves more than health and metrics.
 */
async function serve(parts: ServeParts, order: StopOrder): Promise<string> {
  const { configuration, log, clock, broker, store, roles, workers, loadShedder, tenants, probes } = parts;
  const { host, port } = configuration.http;
  const sql = sqlOverHttp(store);
  const metrics = createMetrics();
  registerPlatformMetrics(metrics.registry, {
    tenants: tenants.all,
    workers,
    loadShedder,
    probes,
    now: () => clock.now(),
  });
  const mounts = (): readonly ConnectorMount[] => tenants.mounts;
  const http = createHttpServer({
    keys: openFileKeyStore(configuration.dataFolder),
    tenants: {
      has: (tenant) => roles.edge && tenants.has(tenant),
      isHeld: (tenant) => tenants.isHeld(tenant),
    },
    publisher: {
      publishExternal: async (tenant, events) => {
        const { publisher } = tenants.get(tenant);
        await Promise.all(events.map((event) => publisher.publish('external', event)));
      },
    },
    registered: (tenant) => tenants.registeredOf(tenant),
    loadShedder,
    connectors: mounts,
    readiness: readinessChecks({ broker, store, roles, tenants }),
    metrics,
    sql,
    marks: { settled: (tenant, signal) => tenants.get(tenant).mark.settled(signal) },
    log,
    now: () => clock.now(),
  });
  const listening = await http.listen({ host, port });
  // In reverse: say that we are going, let connectors take leave of people and the engine finish, then stop serving.
  order.push('HTTP', () => http.close(HTTP_GRACE_MS));
  order.push('tenants', () => tenants.close());
  order.push('readiness', () => {
    http.drain();
    return Promise.resolve();
  });
  const adminServer = createAdminServer(tenants.admin, log, sql, mounts);
  await adminServer.listen(configuration.dataFolder);
  order.push('admin socket', () => adminServer.close(HTTP_GRACE_MS));
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${listening}`;
  log.info({ url }, 'listening');
  return url;
}
