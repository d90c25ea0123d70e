import type { TenantName } from '../../channels/brands.ts';
import { channelTopic } from '../../channels/topics.ts';
import type { Broker } from '../broker/port.ts';
import { announceTenant } from '../events/announce-tenant.ts';
import { createTenant } from '../events/tenant.ts';

export interface TenantSummary {
  readonly name: string;
  readonly partitions: number;
}

/** Tenants, as the command line sees them: directly on a broker, or through the platform that holds it. */
export interface TenantAdmin {
  /** Repeatable. Rejects with TenantError or BrokerError; through the platform with AdminError. */
  create(name: string, partitions: number): Promise<TenantSummary>;
  /** Complete ones only, by name. */
  list(): Promise<readonly TenantSummary[]>;
}

/** `created` is told of every tenant that was asked for, so that a running platform takes it on at once. */
export function tenantAdmin(
  broker: Pick<Broker, 'admin' | 'createProducer'>,
  created: (tenant: TenantName) => Promise<void> | void = () => undefined,
): TenantAdmin {
  const { admin } = broker;
  return {
    async create(name, partitions) {
      const tenant = await createTenant(admin, name, partitions, { announce: announceTenant(broker, Date.now) });
      await created(tenant);
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
  };
}
