import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { TenantName } from '../../channels/brands.ts';
import type { Machine } from '../../dsl/machine.ts';
import { lockFolder } from '../broker/embedded/lock.ts';
import type { Broker } from '../broker/port.ts';
import type { Clock } from '../clock.ts';
import type { Configuration } from '../config/configuration.ts';
import { createTenant, parseTenantName } from '../events/tenant.ts';
import { createAdminServer } from '../http/admin.ts';
import { HttpError } from '../http/problem.ts';
import { createMetrics } from '../http/metrics.ts';
import { createHttpServer } from '../http/server.ts';
import { tenantAdmin } from '../http/tenant-admin.ts';
import { openFileKeyStore } from '../keys/file-store.ts';
import type { Log } from '../log.ts';
import { openStore } from '../store/client.ts';
import type { Store } from '../store/port.ts';
import { sqlOverHttp } from '../store/sql-http.ts';
import { compileDefinitions } from './compile-definitions.ts';
import { openBroker } from './open-broker.ts';
import { registerPlatformMetrics } from './platform-metrics.ts';
import { untilReachable } from './reachable.ts';
import { readinessChecks } from './readiness.ts';
import { rolesOf, type Roles } from './roles.ts';
import { Tenant } from './tenant.ts';

/** For requests under way at a stop: below Kubernetes' default of 30 s, with room for the engine to finish. */
const HTTP_GRACE_MS = 5_000;

export interface PlatformOptions {
  readonly configuration: Configuration;
  readonly log: Log;
  readonly clock: Clock;
}

export interface Platform {
  /** Where it listens; undefined without the role `edge`. */
  readonly url: string | undefined;
  /** The default tenant. */
  readonly tenant: TenantName;
  readonly tenants: ReadonlyMap<TenantName, Tenant>;
  /** Lets what is under way finish, then stops everything in reverse order. */
  stop(): Promise<void>;
}

/**
 * The composition root: wires drivers, engine, sink and connectors as configured. Starts unwind where one fails; an
 * unreachable broker or store is waited for.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const closers: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) {
      await close().catch((error: unknown) => {
        options.log.error({ err: error }, 'a part failed to stop');
      });
    }
  };
  try {
    return { ...(await start(options, closers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: PlatformOptions, closers: (() => Promise<void>)[]): Promise<Omit<Platform, 'stop'>> {
  const { configuration, log, clock } = options;
  const defaultTenant = parseTenantName(configuration.defaultTenant.name);
  const machines = await compileDefinitions(configuration.conversations);
  const lock = await lockFolder(configuration.dataFolder);
  closers.push(() => lock.release());
  const roles = rolesOf(configuration);
  const broker = await openBroker(configuration);
  closers.push(() => broker.close());
  await untilReachable('the broker', () => broker.admin.ping(), options);
  const store = await openConfiguredStore(configuration);
  closers.push(() => store.close());
  await untilReachable(
    'the broker',
    () => createTenant(broker.admin, defaultTenant, configuration.defaultTenant.partitions),
    options,
  );
  const tenants = new Tenants({ ...options, broker, store, roles, defaultTenant, machines });
  closers.push(() => tenants.close());
  const admin = tenantAdmin(broker.admin, (tenant) => tenants.take(tenant));
  for (const { name } of await admin.list()) await tenants.take(parseTenantName(name));
  const url = roles.edge ? await serve({ ...options, broker, store, tenants, admin }, closers) : undefined;
  log.info({ url, roles: configuration.roles, broker: broker.driver, store: store.kind }, 'Parlance is ready');
  return { url, tenant: defaultTenant, tenants: tenants.all };

  async function serve(parts: ServeParts, stopping: (() => Promise<void>)[]): Promise<string> {
    const sql = sqlOverHttp(parts.store);
    const metrics = createMetrics();
    registerPlatformMetrics(metrics.registry, tenants.all);
    const http = createHttpServer({
      keys: openFileKeyStore(configuration.dataFolder),
      tenants: { has: (tenant) => tenants.all.has(tenant) },
      publisher: {
        publishExternal: async (tenant, events) => {
          const { publisher } = tenants.get(tenant);
          await Promise.all(events.map((event) => publisher.publish('external', event)));
        },
      },
      connectors: () => [...tenants.all.values()].flatMap(({ mounts }) => mounts),
      readiness: readinessChecks(parts.broker, parts.store, tenants.all),
      metrics,
      sql,
      marks: { settled: (tenant) => settled(tenants.get(tenant)) },
      log,
      now: () => clock.now(),
    });
    const { host } = configuration.http;
    const port = await http.listen({ host, port: configuration.http.port });
    stopping.push(() => http.close(HTTP_GRACE_MS));
    const adminServer = createAdminServer(parts.admin, log, sql);
    await adminServer.listen(configuration.dataFolder);
    stopping.push(() => adminServer.close(HTTP_GRACE_MS));
    return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }
}

function settled({ name, sink }: Tenant): Promise<Readonly<Record<string, string>>> {
  if (sink) return sink.settled();
  return Promise.reject(
    new HttpError('unavailable', `no sink of ${name} runs in this process: ask one with the role sink`),
  );
}

interface ServeParts {
  readonly broker: Broker;
  readonly store: Store;
  readonly tenants: Tenants;
  readonly admin: ReturnType<typeof tenantAdmin>;
}

function openConfiguredStore({ store, dataFolder }: Configuration): Promise<Store> {
  const { url, database, username, password } = store;
  return openStore({
    location: url === 'embedded' ? join(dataFolder, 'store') : url,
    database,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  });
}

interface TenantsOptions extends PlatformOptions {
  readonly broker: Broker;
  readonly store: Store;
  readonly roles: Roles;
  readonly defaultTenant: TenantName;
  readonly machines: readonly Machine[];
}

/** The tenants that this process works for. */
class Tenants {
  readonly #options: TenantsOptions;
  readonly #running = new Map<TenantName, Tenant>();
  readonly #starting = new Map<TenantName, Promise<void>>();

  constructor(options: TenantsOptions) {
    this.#options = options;
  }

  get all(): ReadonlyMap<TenantName, Tenant> {
    return this.#running;
  }

  get(name: TenantName): Tenant {
    const tenant = this.#running.get(name);
    if (!tenant) throw new Error(`tenant ${name} was let through although this process does not know it`);
    return tenant;
  }

  /** Starts working for a tenant; the second time nothing happens. */
  take(name: TenantName): Promise<void> {
    const starting = this.#starting.get(name) ?? this.#start(name);
    this.#starting.set(name, starting);
    return starting;
  }

  async #start(name: TenantName): Promise<void> {
    const { broker, store, configuration, roles, clock, log, defaultTenant, machines } = this.#options;
    const isDefault = name === defaultTenant;
    const tenant = await Tenant.start({
      ...{ tenant: name, broker, store, configuration, roles, clock, log },
      worker: hostname(),
      newId: randomUUID,
      machines: isDefault ? machines : [],
      prefix: isDefault ? '' : `/${name}`,
    });
    this.#running.set(name, tenant);
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#starting.values());
    await Promise.all([...this.#running.values()].map((tenant) => tenant.close()));
  }
}
