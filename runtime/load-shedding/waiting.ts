import type { TenantName } from '../../channels/brands.ts';
import { channelTopic, engineTopic, partitionTopic } from '../../channels/topics.ts';
import type { BrokerAdmin } from '../broker/port.ts';
import { ENGINE_SUBSCRIPTION, ROUTER_SUBSCRIPTION } from '../broker/subscriptions.ts';
import { PASSED_OVER_MAX } from '../engine/passed-over.ts';
import { tenantPartitions } from '../events/tenant.ts';

/**
 * What a tenant's loops have still to read of what comes from outside, and of what follows from it, counted by the
 * broker: messages, or on Pulsar batches of them. The count is too high by what was read within the last second or so,
 * for loops release what they have read in no hurry. What each loop may pass over before it says so is not counted: a
 * tenant with many partitions would seem to be behind for ever.
 */
export async function messagesWaiting(admin: BrokerAdmin, tenant: TenantName): Promise<number> {
  const read: readonly (readonly [topic: string, subscription: string])[] = [
    [channelTopic(tenant, 'external'), ROUTER_SUBSCRIPTION],
    [engineTopic(tenant, 'inbox'), ENGINE_SUBSCRIPTION],
    [channelTopic(tenant, 'messaging'), ENGINE_SUBSCRIPTION],
  ];
  const partitions = await tenantPartitions(admin, tenant);
  const counts = await Promise.all(
    Array.from({ length: partitions }, (_, partition) =>
      read.map(async ([topic, subscription]) => {
        const { backlog } = await admin.stats(partitionTopic(topic, partition));
        return Math.max(0, (backlog[subscription] ?? 0) - PASSED_OVER_MAX);
      }),
    ).flat(),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
