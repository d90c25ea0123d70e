import { randomUUID } from 'node:crypto';
import type { TenantName } from '../../channels/brands.ts';
import type { RegisteredSchemas } from '../../channels/registered-schemas.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import type { Broker } from '../broker/port.ts';
import type { Clock } from '../clock.ts';
import type { Configuration } from '../config/configuration.ts';
import { announceTenant } from '../events/announce-tenant.ts';
import { createTenant } from '../events/tenant.ts';
import { tenantAdmin, type TenantAdmin } from '../http/tenant-admin.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/port.ts';
import type { Workers } from '../workers/workers.ts';
import type { Roles } from './roles.ts';
import { Tenant } from './tenant.ts';

export interface TenantsOptions {
  readonly configuration: Configuration;
  readonly log: Log;
  readonly clock: Clock;
  readonly broker: Broker;
  readonly store: Store;
  readonly roles: Roles;
  /** Who shares the engine's work; absent where this process is no engine. */
  readonly workers: Workers | undefined;
  readonly defaultTenant: TenantName;
  readonly machines: readonly Machine[];
  /** Schemas of the default tenant's own event types. */
  readonly registered: RegisteredSchemas;
}

/** The tenants that this process works for. */
export class Tenants {
  readonly #options: TenantsOptions;
  readonly #running = new Map<TenantName, Tenant>();
  readonly #starting = new Map<TenantName, Promise<void>>();
  readonly admin: TenantAdmin;
  /** Those that the broker knew at the start. */
  allStarted = false;

  constructor(options: TenantsOptions) {
    this.#options = options;
    this.admin = tenantAdmin(options.broker, (tenant) => this.take(tenant));
  }

  /** Creates the default tenant where it does not exist. */
  async create(name: TenantName): Promise<void> {
    const { broker, clock, configuration } = this.#options;
    const announce = announceTenant(broker, () => clock.now());
    await createTenant(broker.admin, name, configuration.defaultTenant.partitions, { announce });
  }

  get all(): ReadonlyMap<TenantName, Tenant> {
    return this.#running;
  }

  get(name: TenantName): Tenant {
    const tenant = this.#running.get(name);
    if (!tenant) throw new Error(`tenant ${name} was let through although this process does not know it`);
    return tenant;
  }

  /** The schemas of a tenant's own event types, where it has any. */
  registeredOf(name: TenantName): RegisteredSchemas | undefined {
    const { registered, defaultTenant } = this.#options;
    return name === defaultTenant ? registered : undefined;
  }

  /** Starts working for a tenant; the second time nothing happens. */
  take(name: TenantName): Promise<void> {
    const starting = this.#starting.get(name) ?? this.#start(name);
    this.#starting.set(name, starting);
    starting.catch(() => this.#starting.delete(name));
    return starting;
  }

  /** Starts working for every tenant of the broker. One that is broken, or half deleted, must not stop the others. */
  async takeOthers(): Promise<void> {
    for (const { name } of await this.admin.list()) {
      await this.take(name as TenantName).catch((error: unknown) => {
        this.#options.log.error({ tenant: name, err: error }, 'tenant not started');
      });
    }
  }

  async #start(name: TenantName): Promise<void> {
    const { broker, store, configuration, roles, workers, clock, log, defaultTenant, machines } = this.#options;
    const isDefault = name === defaultTenant;
    const tenant = await Tenant.start({
      ...{ tenant: name, broker, store, configuration, roles, clock, log },
      workers,
      newId: randomUUID,
      machines: isDefault ? machines : [],
      registered: this.registeredOf(name),
      prefix: isDefault ? '' : `/${name}`,
    });
    this.#running.set(name, tenant);
  }

  async close(): Promise<void> {
    // Before anything is given up: the others take it as it comes.
    this.#options.workers?.leave();
    await Promise.allSettled(this.#starting.values());
    await Promise.all([...this.#running.values()].map((tenant) => tenant.close()));
  }
}
