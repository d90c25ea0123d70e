import { randomUUID } from 'node:crypto';
import type { TenantName } from '../../channels/brands.ts';
import { PLAIN_CODEC } from '../../channels/codec.ts';
import { channelTopic } from '../../channels/topics.ts';
import type { Broker } from '../broker/port.ts';
import { systemClock } from '../clock.ts';
import { announceTenant } from '../events/announce-tenant.ts';
import { createTenant, parseTenantName } from '../events/tenant.ts';
import { growTenant, planTenantGrowth, type Growth } from '../growth/grow-tenant.ts';
import type { GrowthPlan } from '../growth/plan.ts';

export interface TenantSummary {
  readonly name: string;
  readonly partitions: number;
}

export interface GrowthRequest {
  /** Afterwards. */
  readonly partitions: number;
  /** How long what is under way may take to end. */
  readonly drainSeconds: number;
}

/** Tenants, as the command line sees them: directly on a broker, or through the platform that holds it. */
export interface TenantAdmin {
  /** Repeatable. Rejects with TenantError or BrokerError; through the platform with AdminError. */
  create(name: string, partitions: number): Promise<TenantSummary>;
  /** Complete ones only, by name. */
  list(): Promise<readonly TenantSummary[]>;
  /** What `grow` would do. Changes nothing. */
  planGrowth(name: string, partitions: number): Promise<GrowthPlan>;
  /** Repeatable after it broke off. Rejects with TenantError, GrowthError or BrokerError. */
  grow(name: string, request: GrowthRequest): Promise<Growth>;
}

export interface TenantAdminOptions {
  /** For local copies of states, as long as a growth takes. */
  readonly growthFolder: string;
  /** Told of every tenant that was asked for, so that a running platform takes it on at once. */
  readonly created?: (tenant: TenantName) => Promise<void> | void;
}

/** Told of the parts' troubles that pass by themselves: the command waits for them. */
const SILENT = { warn: () => undefined };

export function tenantAdmin(broker: Broker, { growthFolder, created }: TenantAdminOptions): TenantAdmin {
  const { admin } = broker;
  const parts = {
    ...{ broker, codec: PLAIN_CODEC, clock: systemClock, log: SILENT },
    ...{ folder: growthFolder, newId: randomUUID },
  };
  return {
    async create(name, partitions) {
      const tenant = await createTenant(admin, name, partitions, { announce: announceTenant(broker, Date.now) });
      await created?.(tenant);
      return { name: tenant, partitions };
    },
    async list() {
      const names = (await admin.tenants()).toSorted();
      const summaries = await Promise.all(
        // Tenants of the broker's own, and half-made ones, have no channel.
        names.map(async (name) => ({
          name,
          partitions: await admin.partitions(channelTopic(name as TenantName, 'messaging')),
        })),
      );
      return summaries.filter(({ partitions }) => partitions > 0);
    },
    planGrowth: (name, to) => planTenantGrowth({ ...parts, tenant: parseTenantName(name), to }),
    grow: (name, { partitions: to, drainSeconds }) =>
      growTenant({
        ...{ ...parts, tenant: parseTenantName(name), to },
        drainMs: drainSeconds * 1000,
      }),
  };
}
