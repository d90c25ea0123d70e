import type { TenantName } from '../../channels/brands.ts';
import {
  CHANNELS,
  channelTopic,
  deadLetterTopic,
  ENGINE_TOPICS,
  engineTopic,
  partitionTopic,
  SINGLE_PARTITION_TOPICS,
  TABLE_TOPICS,
  type ChannelName,
  type EngineTopic,
} from '../../channels/topics.ts';
import {
  CHECKPOINT_SUBSCRIPTION,
  ENGINE_SUBSCRIPTION,
  KEEP_SUBSCRIPTION,
  ROUTER_SUBSCRIPTION,
  STORE_SUBSCRIPTION,
} from '../broker/subscriptions.ts';

/** Who must have read a channel before anything on it may go; connectors add their own when they start. */
const ON_CHANNELS: Partial<Record<ChannelName, string>> = {
  messaging: ENGINE_SUBSCRIPTION,
  data: ENGINE_SUBSCRIPTION,
  external: ROUTER_SUBSCRIPTION,
  broadcasts: ROUTER_SUBSCRIPTION,
};

const ON_ENGINE_TOPICS: Partial<Record<EngineTopic, readonly string[]>> = {
  inbox: [ENGINE_SUBSCRIPTION, STORE_SUBSCRIPTION],
  journal: [CHECKPOINT_SUBSCRIPTION, STORE_SUBSCRIPTION],
  router: [CHECKPOINT_SUBSCRIPTION],
  machines: [STORE_SUBSCRIPTION],
  sink: [STORE_SUBSCRIPTION],
};

export interface PartitionSubscription {
  readonly topic: string;
  readonly subscription: string;
}

/** Every subscription without which something published before its reader first starts could be deleted. */
export function subscriptionsOf(tenant: TenantName, partitions: number): readonly PartitionSubscription[] {
  const on = (topic: string, count: number, names: readonly string[]): PartitionSubscription[] =>
    Array.from({ length: count }, (_, partition) => partitionTopic(topic, partition)).flatMap((partition) =>
      names.map((subscription) => ({ topic: partition, subscription })),
    );
  return [
    ...CHANNELS.flatMap((channel) => {
      const reader = ON_CHANNELS[channel];
      return on(channelTopic(tenant, channel), partitions, [STORE_SUBSCRIPTION, ...(reader ? [reader] : [])]);
    }),
    ...ENGINE_TOPICS.flatMap((name) => {
      const names = [...(ON_ENGINE_TOPICS[name] ?? []), ...(TABLE_TOPICS.has(name) ? [KEEP_SUBSCRIPTION] : [])];
      return on(engineTopic(tenant, name), SINGLE_PARTITION_TOPICS.has(name) ? 1 : partitions, names);
    }),
    ...on(deadLetterTopic(tenant), 1, [KEEP_SUBSCRIPTION]),
  ];
}
