import type { TenantName } from './brands.ts';

/** The event channels: each is a Pulsar namespace of every tenant, with one partitioned topic `events`. */
export const CHANNELS = [
  'messaging',
  'conversations',
  'contacts',
  'data',
  'timers',
  'broadcasts',
  'definitions',
  'external',
  'operations',
] as const;

export type ChannelName = (typeof CHANNELS)[number];

/** Beside the channels: what only the engine reads and writes. */
export const ENGINE_NAMESPACE = 'engine';

/** Topics of the engine's own namespace `<tenant>/engine`: no channels, nobody else writes them. */
export const ENGINE_TOPICS = [
  'inbox',
  'journal',
  'checkpoints',
  'router',
  'router-checkpoints',
  'machines',
  'sink',
] as const;

export type EngineTopic = (typeof ENGINE_TOPICS)[number];

/** Engine topics that the whole tenant shares: one partition whatever the tenant's count. */
export const SINGLE_PARTITION_TOPICS: ReadonlySet<EngineTopic> = new Set(['machines', 'sink']);

/** Engine topics that are read from their beginning as a table: only their writer knows what they no longer need. */
export const TABLE_TOPICS: ReadonlySet<EngineTopic> = new Set(['checkpoints', 'router-checkpoints', 'machines']);

/** `persistent://acme/messaging/events` */
export function channelTopic(tenant: TenantName, channel: ChannelName): string {
  return `persistent://${tenant}/${channel}/events`;
}

/** `persistent://acme/engine/journal` */
export function engineTopic(tenant: TenantName, topic: EngineTopic): string {
  return `persistent://${tenant}/${ENGINE_NAMESPACE}/${topic}`;
}

/** `persistent://acme/operations/dead-letters`: messages put aside, complete; one partition. */
export function deadLetterTopic(tenant: TenantName): string {
  return `persistent://${tenant}/operations/dead-letters`;
}

/** `persistent://acme/engine/probe`, made by the first probe: nothing is on it, its exclusive producer is whose turn it is. */
export function probeTopic(tenant: TenantName): string {
  return `persistent://${tenant}/${ENGINE_NAMESPACE}/probe`;
}

/** Of every tenant that ever replayed something: a topic for each subscription that asked for it. */
export const REPLAY_NAMESPACE = 'replay';

/** `persistent://acme/replay/NAME`: past events of all channels, told again for the subscription NAME. */
export function replayTopic(tenant: TenantName, subscription: string): string {
  return `persistent://${tenant}/${REPLAY_NAMESPACE}/${subscription}`;
}

/**
 * What all tenants of an installation have in common; its name cannot be a customer's. One topic, on which the workers
 * tell each other that they are there.
 */
export const INSTALLATION = { tenant: '_parlance', namespace: 'workers' } as const;

export const BEATS_TOPIC: string = `persistent://${INSTALLATION.tenant}/${INSTALLATION.namespace}/beats`;

/** Of the installation too: which tenants' partitions are being added to, so that nobody works for them meanwhile. */
export const GROWTH_NAMESPACE = 'growth';

export const GROWTH_TOPIC: string = `persistent://${INSTALLATION.tenant}/${GROWTH_NAMESPACE}/marks`;

/** Pulsar's name of one partition of a partitioned topic: `…/events-partition-3`. */
export function partitionTopic(topic: string, partition: number): string {
  return `${topic}-partition-${partition.toString()}`;
}
