import type { TenantName } from '../../channels/brands.ts';
import { ParlanceError } from '../../channels/error.ts';
import {
  CHANNELS,
  channelTopic,
  deadLetterTopic,
  ENGINE_NAMESPACE,
  ENGINE_TOPICS,
  engineTopic,
  SINGLE_PARTITION_TOPICS,
  type ChannelName,
} from '../../channels/topics.ts';
import type { BrokerAdmin, RetentionPolicy } from '../broker/port.ts';
import { subscriptionsOf, type PartitionSubscription } from './tenant-subscriptions.ts';

/** As many workers as anybody will give one tenant; each partition costs a journal and a few consumers. */
export const MAX_PARTITIONS = 1024;

/** Tenants that Pulsar itself keeps things in. */
const BROKER_TENANTS: ReadonlySet<string> = new Set(['pulsar', 'public', 'sample']);

const MINUTES_PER_DAY = 24 * 60;

/** A week on the channels after everybody has acknowledged: time to add a consumer late, or to repair one. */
const CHANNEL_RETENTION: RetentionPolicy = { timeMinutes: 7 * MINUTES_PER_DAY, sizeMb: -1 };

/** The engine keeps what it needs by its own durable subscriptions; a day more, to look into what went wrong. */
const ENGINE_RETENTION: RetentionPolicy = { timeMinutes: MINUTES_PER_DAY, sizeMb: -1 };

/** Calls to the broker at a time: a subscription each, some thousands for a large tenant. */
const CALLS_AT_ONCE = 16;

/** Its topic exists once the tenant is complete: it is created last. */
const LAST_CHANNEL: ChannelName = 'messaging';

export class TenantError extends ParlanceError<
  'tenant-name-invalid' | 'tenant-partitions-invalid' | 'tenant-unknown'
> {}

export function isTenantName(text: string): text is TenantName {
  return /^[a-z][a-z0-9-]{0,62}$/.test(text) && !BROKER_TENANTS.has(text);
}

/** Throws TenantError `tenant-name-invalid`. */
export function parseTenantName(text: string): TenantName {
  if (isTenantName(text)) return text;
  const reason = BROKER_TENANTS.has(text)
    ? 'the broker keeps that name for itself: choose another'
    : 'use a letter, then letters, digits and hyphens, all in lower case, 63 at most';
  throw new TenantError('tenant-name-invalid', `"${text}" is no name for a tenant: ${reason}`);
}

export interface CreateTenantOptions {
  /** Who may produce and consume there. */
  readonly roles?: readonly string[];
  /** States that the tenant was created; called before the tenant counts as complete, so possibly again after a crash. */
  readonly announce?: (tenant: TenantName, partitions: number) => Promise<void>;
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
  { roles = [], announce }: CreateTenantOptions = {},
): Promise<TenantName> {
  const tenant = parseTenantName(name);
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > MAX_PARTITIONS) {
    throw new TenantError(
      'tenant-partitions-invalid',
      `a tenant has 1 to ${MAX_PARTITIONS} partitions, not ${partitions}: choose as many workers as it may ever need`,
    );
  }
  const lastTopic = channelTopic(tenant, LAST_CHANNEL);
  await admin.createTenant(tenant);
  await createNamespaces(admin, tenant, roles);
  const wasComplete = (await admin.partitions(lastTopic)) > 0;
  for (const name of ENGINE_TOPICS) {
    const count = SINGLE_PARTITION_TOPICS.has(name) ? 1 : partitions;
    await admin.createPartitionedTopic(engineTopic(tenant, name), count);
  }
  await admin.createPartitionedTopic(deadLetterTopic(tenant), 1);
  for (const channel of CHANNELS) {
    if (channel !== LAST_CHANNEL) await admin.createPartitionedTopic(channelTopic(tenant, channel), partitions);
  }
  const subscriptions = subscriptionsOf(tenant, partitions);
  await createSubscriptions(
    admin,
    subscriptions.filter((one) => !isOf(lastTopic, one)),
  );
  if (!wasComplete) await announce?.(tenant, partitions);
  await admin.createPartitionedTopic(lastTopic, partitions);
  await createSubscriptions(
    admin,
    subscriptions.filter((one) => isOf(lastTopic, one)),
  );
  return tenant;
}

/**
 * Adds partitions, with their subscriptions, to all topics of a tenant that count its contacts, but for the last one:
 * until `completeGrowth`, the tenant counts as before. Repeatable.
 */
export async function growTopics(admin: BrokerAdmin, tenant: TenantName, partitions: number): Promise<void> {
  for (const name of ENGINE_TOPICS) {
    if (!SINGLE_PARTITION_TOPICS.has(name)) await admin.growPartitionedTopic(engineTopic(tenant, name), partitions);
  }
  for (const channel of CHANNELS) {
    if (channel !== LAST_CHANNEL) await admin.growPartitionedTopic(channelTopic(tenant, channel), partitions);
  }
  await createSubscriptions(
    admin,
    subscriptionsOf(tenant, partitions).filter((one) => !isOf(channelTopic(tenant, LAST_CHANNEL), one)),
  );
}

/** From now on the tenant has that number of partitions. Repeatable. */
export async function completeGrowth(admin: BrokerAdmin, tenant: TenantName, partitions: number): Promise<void> {
  const lastTopic = channelTopic(tenant, LAST_CHANNEL);
  await admin.growPartitionedTopic(lastTopic, partitions);
  await createSubscriptions(
    admin,
    subscriptionsOf(tenant, partitions).filter((one) => isOf(lastTopic, one)),
  );
}

function isOf(topic: string, one: PartitionSubscription): boolean {
  return one.topic.startsWith(topic);
}

async function createNamespaces(admin: BrokerAdmin, tenant: TenantName, roles: readonly string[]): Promise<void> {
  await admin.createNamespace(tenant, ENGINE_NAMESPACE, ENGINE_RETENTION);
  for (const channel of CHANNELS) await admin.createNamespace(tenant, channel, CHANNEL_RETENTION);
  for (const namespace of [ENGINE_NAMESPACE, ...CHANNELS]) {
    for (const role of roles) await admin.grantPermission(tenant, namespace, role);
  }
}

async function createSubscriptions(admin: BrokerAdmin, all: readonly PartitionSubscription[]): Promise<void> {
  for (let start = 0; start < all.length; start += CALLS_AT_ONCE) {
    const some = all.slice(start, start + CALLS_AT_ONCE);
    await Promise.all(some.map(({ topic, subscription }) => admin.createSubscription(topic, subscription, 'Earliest')));
  }
}

/** Named at most, of the tenants that there are. */
const TENANTS_NAMED = 20;

/** `known`: the names of those that there are. */
export function unknownTenant(name: string, known: readonly string[]): TenantError {
  const named = known.slice(0, TENANTS_NAMED).map((one) => `"${one}"`);
  const more = known.length > named.length ? ` and ${known.length - named.length} more` : '';
  const present = known.length === 0 ? 'there is none yet' : `there are: ${named.join(', ')}${more}`;
  return new TenantError('tenant-unknown', `there is no tenant "${name}"; ${present}`);
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
