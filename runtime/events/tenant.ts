import type { TenantName } from '../../channels/brands.ts';
import { ParlanceError } from '../../channels/error.ts';
import {
  CHANNELS,
  channelTopic,
  COMPACTED_TOPICS,
  deadLetterTopic,
  ENGINE_NAMESPACE,
  ENGINE_TOPICS,
  engineTopic,
  partitionTopic,
  SINGLE_PARTITION_TOPICS,
  type ChannelName,
} from '../../channels/topics.ts';
import type { BrokerAdmin, RetentionPolicy } from '../broker/port.ts';

/** As many workers as anybody will give one tenant; each partition costs a journal and a few consumers. */
const MAX_PARTITIONS = 1024;

/** Tenants that Pulsar itself keeps things in. */
const BROKER_TENANTS: ReadonlySet<string> = new Set(['pulsar', 'public', 'sample']);

const MINUTES_PER_DAY = 24 * 60;

/** A week on the channels after everybody has acknowledged: time to add a consumer late, or to repair one. */
const CHANNEL_RETENTION: RetentionPolicy = { timeMinutes: 7 * MINUTES_PER_DAY, sizeMb: -1 };

/** The engine keeps what it needs by its own durable subscriptions; a day more, to look into what went wrong. */
const ENGINE_RETENTION: RetentionPolicy = { timeMinutes: MINUTES_PER_DAY, sizeMb: -1 };

/**
 * Holds what the compacted topics contain, whatever their retention, also where the broker does not compact. Whoever
 * has written everything anew may acknowledge up to there.
 */
export const KEEP_SUBSCRIPTION = 'keep';

/** Its topic exists once the tenant is complete: it is created last. */
const LAST_CHANNEL: ChannelName = 'messaging';

export class TenantError extends ParlanceError<
  'tenant-name-invalid' | 'tenant-partitions-invalid' | 'tenant-unknown'
> {}

/** Throws TenantError `tenant-name-invalid`. */
export function parseTenantName(text: string): TenantName {
  if (/^[a-z][a-z0-9-]{0,62}$/.test(text) && !BROKER_TENANTS.has(text)) return text as TenantName;
  const reason = BROKER_TENANTS.has(text)
    ? 'the broker keeps that name for itself: choose another'
    : 'use a letter, then letters, digits and hyphens, all in lower case, 63 at most';
  throw new TenantError('tenant-name-invalid', `"${text}" is no name for a tenant: ${reason}`);
}

/**
 * Creates what a tenant needs: its namespaces, topics and subscriptions, and what `roles` may do there. What exists
 * stays, so it may be called again, also after it failed half-way. Throws TenantError, or BrokerError
 * `partitions-differ` where the tenant exists with another number of partitions.
 */
export async function createTenant(
  admin: BrokerAdmin,
  name: string,
  partitions: number,
  roles: readonly string[] = [],
): Promise<TenantName> {
  const tenant = parseTenantName(name);
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > MAX_PARTITIONS) {
    throw new TenantError(
      'tenant-partitions-invalid',
      `a tenant has 1 to ${MAX_PARTITIONS} partitions, not ${partitions}: choose as many workers as it may ever need`,
    );
  }
  await admin.createTenant(tenant);
  await createEngineTopics(admin, tenant, partitions);
  for (const channel of CHANNELS) await admin.createNamespace(tenant, channel, CHANNEL_RETENTION);
  for (const namespace of [ENGINE_NAMESPACE, ...CHANNELS]) {
    for (const role of roles) await admin.grantPermission(tenant, namespace, role);
  }
  await admin.createPartitionedTopic(deadLetterTopic(tenant), 1);
  const others = CHANNELS.filter((channel) => channel !== LAST_CHANNEL);
  for (const channel of [...others, LAST_CHANNEL]) {
    await admin.createPartitionedTopic(channelTopic(tenant, channel), partitions);
  }
  return tenant;
}

async function createEngineTopics(admin: BrokerAdmin, tenant: TenantName, partitions: number): Promise<void> {
  await admin.createNamespace(tenant, ENGINE_NAMESPACE, ENGINE_RETENTION);
  for (const name of ENGINE_TOPICS) {
    const count = SINGLE_PARTITION_TOPICS.has(name) ? 1 : partitions;
    const topic = engineTopic(tenant, name);
    await admin.createPartitionedTopic(topic, count);
    if (!COMPACTED_TOPICS.has(name)) continue;
    for (let partition = 0; partition < count; partition++) {
      await admin.createSubscription(partitionTopic(topic, partition), KEEP_SUBSCRIPTION, 'Earliest');
    }
  }
}

/** How many partitions the tenant's channels have. Throws TenantError `tenant-unknown`. */
export async function tenantPartitions(admin: BrokerAdmin, tenant: TenantName): Promise<number> {
  const partitions = await admin.partitions(channelTopic(tenant, LAST_CHANNEL));
  if (partitions > 0) return partitions;
  throw new TenantError(
    'tenant-unknown',
    `there is no tenant "${tenant}": create it with: parlance tenants create ${tenant}`,
  );
}
