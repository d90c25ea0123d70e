import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TenantName } from '../../channels/brands.ts';
import type { RegisteredSchemas } from '../../channels/registered-schemas.ts';
import { channelTopic } from '../../channels/topics.ts';
import type { FolderDefinition } from '../definitions/from-folder.ts';
import type { Broker } from '../broker/port.ts';
import { sleep, type Clock } from '../clock.ts';
import type { Configuration } from '../config/configuration.ts';
import type { Rest } from '../engine/owned-partition.ts';
import { Turns } from '../engine/turns.ts';
import { announceTenant } from '../events/announce-tenant.ts';
import { createTenant } from '../events/tenant.ts';
import { checkPartitions, opennessOf, type Openness } from '../growth/mark.ts';
import { MarkLog } from '../growth/mark-log.ts';
import type { ConnectorMount } from '../http/connector-routes.ts';
import { tenantGrowing } from '../http/problem.ts';
import { tenantAdmin, type TenantAdmin } from '../http/tenant-admin.ts';
import type { LoadShedder } from '../load-shedding/load-shedder.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/port.ts';
import type { Workers } from '../workers/workers.ts';
import { NewTenants } from './new-tenants.ts';
import type { Roles } from './roles.ts';
import { Tenant } from './tenant.ts';

/** Between attempts to work again for a tenant that has grown. */
const RETRY_MS = 1_000;

export interface TenantsOptions {
  readonly configuration: Configuration;
  readonly log: Log;
  readonly clock: Clock;
  readonly broker: Broker;
  readonly store: Store;
  readonly roles: Roles;
  readonly loadShedder: Pick<LoadShedder, 'check'>;
  /** Who shares the engine's work; absent where this process is no engine. */
  readonly workers: Workers | undefined;
  /** When its partitions are closed for want of anything to do. Default: never. */
  readonly rest?: Rest | undefined;
  readonly defaultTenant: TenantName;
  /** Of the default tenant. */
  readonly definitions: readonly FolderDefinition[];
  /** Schemas of the default tenant's own event types. */
  readonly registered: RegisteredSchemas;
}

/** The tenants that this process works for: with those that grow, only as far as their marks allow. */
export class Tenants {
  readonly #options: TenantsOptions;
  readonly #turns = new Turns();
  readonly #running = new Map<TenantName, Tenant>();
  /** By tenant that was taken: settles when the process does for it what it should. */
  readonly #adapting = new Map<TenantName, Promise<void>>();
  /** Of the last time that each ran: while it is away, they answer that it is. */
  readonly #mounts = new Map<TenantName, readonly ConnectorMount[]>();
  readonly #new: NewTenants;
  readonly admin: TenantAdmin;
  #marks: MarkLog | undefined;
  #closing = false;
  /** Those that the broker knew at the start. */
  allStarted = false;

  constructor(options: TenantsOptions) {
    const { broker, configuration } = options;
    this.#options = options;
    this.#new = new NewTenants({
      ...{ admin: broker.admin, clock: options.clock, log: options.log },
      isTaken: (name) => this.#adapting.has(name),
      take: (name) => this.take(name),
    });
    this.admin = tenantAdmin(broker, {
      growthFolder: join(configuration.dataFolder, 'growth'),
      created: (tenant) => this.take(tenant),
    });
  }

  /** Before any tenant is taken. */
  async hearMarks(): Promise<void> {
    this.#marks = await MarkLog.open(this.#options);
    this.#marks.onMark((name) => {
      if (this.#adapting.has(name)) void this.#follow(name);
    });
  }

  /** Creates the default tenant where it does not exist, and adds what is missing where it does. */
  async create(name: TenantName): Promise<void> {
    const { broker, clock, configuration } = this.#options;
    if (this.#openness(name) !== 'open') return;
    const announce = announceTenant(broker, () => clock.now());
    const { partitions } = configuration.defaultTenant;
    // It may have grown since that was written.
    const present = await broker.admin.partitions(channelTopic(name, 'messaging'));
    await createTenant(broker.admin, name, Math.max(present, partitions), { announce });
  }

  get all(): ReadonlyMap<TenantName, Tenant> {
    return this.#running;
  }

  get mounts(): readonly ConnectorMount[] {
    return [...this.#mounts.values()].flat();
  }

  /** Also one that nobody works for while it grows. */
  has(name: TenantName): boolean {
    return this.#mounts.has(name) || (this.#adapting.has(name) && this.#openness(name) === 'away');
  }

  /** Nothing new is let in for it from outside. */
  isHeld(name: TenantName): boolean {
    return this.#openness(name) !== 'open' || this.#running.get(name)?.isHeld !== false;
  }

  /** Throws HttpError `tenant-growing` where it is away just now. */
  get(name: TenantName): Tenant {
    const tenant = this.#running.get(name);
    if (!tenant) throw tenantGrowing(name);
    return tenant;
  }

  /** The schemas of a tenant's own event types, where it has any. */
  registeredOf(name: TenantName): RegisteredSchemas | undefined {
    const { registered, defaultTenant } = this.#options;
    return name === defaultTenant ? registered : undefined;
  }

  /** Starts working for a tenant, unless it grows: then once that is over. The second time nothing happens. */
  take(name: TenantName): Promise<void> {
    const before = this.#adapting.get(name) ?? Promise.resolve();
    const adapting = before.catch(() => undefined).then(() => this.#adapt(name));
    this.#adapting.set(name, adapting);
    adapting.catch(() => {
      if (this.#adapting.get(name) === adapting && !this.#mounts.has(name)) this.#adapting.delete(name);
    });
    return adapting;
  }

  /** Starts working for every tenant of the broker, and for those that it gets from then on. */
  async takeOthers(): Promise<void> {
    await this.#new.look();
    this.#new.follow();
  }

  #openness(name: TenantName): Openness {
    return opennessOf(this.#marks?.get(name));
  }

  /** Until it has come about. */
  async #follow(name: TenantName): Promise<void> {
    const { log, clock } = this.#options;
    while (!this.#closing) {
      try {
        await this.take(name);
        log.info({ tenant: name, openness: this.#openness(name) }, 'the tenant grows');
        return;
      } catch (error) {
        log.error({ tenant: name, err: error }, 'a tenant that grows could not be given up or taken: trying again');
        await sleep(clock, RETRY_MS);
      }
    }
  }

  async #adapt(name: TenantName): Promise<void> {
    if (this.#closing) return;
    const openness = this.#openness(name);
    const running = this.#running.get(name);
    if (openness === 'held') await running?.hold();
    if (running && (openness === 'away' || (openness === 'open' && running.isHeld))) {
      this.#running.delete(name);
      await running.close();
    }
    if (openness !== 'away' && !this.#running.has(name)) await this.#start(name);
  }

  async #start(name: TenantName): Promise<void> {
    const { broker, store, configuration, roles, workers, rest, clock, log, loadShedder, defaultTenant, definitions } =
      this.#options;
    const isDefault = name === defaultTenant;
    const tenant = await Tenant.start({
      ...{ tenant: name, broker, store, configuration, roles, clock, log, loadShedder },
      ...{ workers, rest, turns: this.#turns },
      newId: randomUUID,
      definitions: isDefault ? definitions : [],
      registered: this.registeredOf(name),
      isHeld: () => this.#openness(name) !== 'open',
      admit: (partitions) => this.#admit(name, partitions),
      prefix: isDefault ? '' : `/${name}`,
    });
    this.#running.set(name, tenant);
    const isHeld = (): boolean => this.isHeld(name);
    this.#mounts.set(
      name,
      tenant.mounts.map((mount) => ({ ...mount, isHeld })),
    );
    if (this.#openness(name) === 'held') await tenant.hold();
  }

  async #admit(name: TenantName, partitions: number): Promise<void> {
    await this.#marks?.refreshed();
    checkPartitions(name, partitions, this.#marks?.get(name));
  }

  async close(): Promise<void> {
    this.#closing = true;
    // Before anything is given up: the others take it as it comes.
    this.#options.workers?.leave();
    await this.#marks?.close();
    await this.#new.close();
    await Promise.allSettled(this.#adapting.values());
    await Promise.all([...this.#running.values()].map((tenant) => tenant.close()));
  }
}
