import type { TenantName } from '../../channels/brands.ts';
import { channelTopic, engineTopic, partitionTopic } from '../../channels/topics.ts';
import type { BrokerAdmin } from '../broker/port.ts';
import { ENGINE_SUBSCRIPTION, ROUTER_SUBSCRIPTION } from '../broker/subscriptions.ts';
import { tenantPartitions } from './tenant.ts';

/**
 * Events of a tenant's own that its routers have still to read, and what they have targeted that its conversations have
 * still to take. Too high by what the engine has taken within the last seconds: it gives space back in no hurry.
 */
export async function eventsWaiting(admin: BrokerAdmin, tenant: TenantName): Promise<number> {
  const partitions = await tenantPartitions(admin, tenant);
  const counts = Array.from({ length: partitions }, async (_, partition) => {
    const external = await admin.stats(partitionTopic(channelTopic(tenant, 'external'), partition));
    const inbox = await admin.stats(partitionTopic(engineTopic(tenant, 'inbox'), partition));
    return (external.backlog[ROUTER_SUBSCRIPTION] ?? 0) + (inbox.backlog[ENGINE_SUBSCRIPTION] ?? 0);
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}
