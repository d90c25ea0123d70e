import type { TenantName } from '../../../channels/brands.ts';
import { encodeEvent, EVENT_PROPERTIES, routingKey } from '../../../channels/encode.ts';
import { partitionOf } from '../../../channels/partition.ts';
import { REPLAY_ID } from '../../../channels/replayed.ts';
import { partitionTopic, REPLAY_NAMESPACE } from '../../../channels/topics.ts';
import { compareMessageIds, type MessageId } from '../../broker/message-id.ts';
import type { Broker, Producer } from '../../broker/port.ts';
import { tenantPartitions } from '../../events/tenant.ts';
import { marked, type ReplayOutput } from './output.ts';
import type { ReplayTarget } from './plan.ts';
import { ReplayError } from './replay-error.ts';
import type { OutputPlace } from './replay-state.ts';

/** As on the channels: time for a consumer that comes late. */
const RETENTION = { timeMinutes: 7 * 24 * 60, sizeMb: -1 } as const;

interface TopicTarget {
  readonly tenant: TenantName;
  readonly replay: string;
  readonly target: Exclude<ReplayTarget, { readonly kind: 'file' }>;
}

/**
 * By the events' own keys, so that what is about one person stays in order. On resuming, what reached the topic after
 * the place is looked up first, under the lock of the producers, and not sent again.
 */
export async function topicOutput(
  broker: Broker,
  { tenant, replay, target }: TopicTarget,
  place: OutputPlace | undefined,
): Promise<ReplayOutput> {
  if (target.kind === 'subscription') await prepare(broker, tenant, target);
  const partitions = await broker.admin.partitions(target.topic);
  if (partitions === 0) {
    throw new ReplayError(
      'replay-target-unknown',
      `${target.topic} is no partitioned topic: ${await remedyWithout(broker, tenant, target.topic)}`,
    );
  }
  const topics = Array.from({ length: partitions }, (_, partition) => partitionTopic(target.topic, partition));
  // A topic of ours is written by one replay at a time; a customer's own may have other producers.
  const accessMode = target.kind === 'topic' ? 'Shared' : 'Exclusive';
  const producers: Producer[] = [];
  for (const topic of topics) {
    producers.push(
      await broker.createProducer({
        topic,
        accessMode,
        ...(accessMode === 'Exclusive' && { name: `replay-${target.topic}` }),
      }),
    );
  }
  const last: Record<string, MessageId | null> = {};
  const present = new Set<string>();
  for (const topic of topics) {
    const newest = await broker.admin.lastMessageId(topic);
    last[topic] = newest ?? null;
    if (place?.kind !== 'topic' || newest === undefined) continue;
    for (const key of await sentSince(broker, topic, place.last[topic] ?? undefined, newest, replay)) present.add(key);
  }
  return {
    write: async (events) => {
      const sends = events.flatMap((event) => {
        if (present.delete(keyOf(event.source, event.id))) return [];
        const producer = producers[partitionOf(routingKey(event), partitions)];
        if (!producer) throw new RangeError(`${target.topic} has lost a partition`);
        const { properties, ...message } = encodeEvent(marked(event, replay));
        const sent = producer.send({ ...message, properties: { ...properties, [REPLAY_ID]: replay } });
        return [sent.then((id) => [producer.topic, id] as const)];
      });
      for (const [topic, id] of await Promise.all(sends)) last[topic] = id ?? last[topic] ?? null;
    },
    // While some of what an earlier run sent is still to come, whoever goes on has to look it up again.
    place: () => Promise.resolve(present.size > 0 && place ? place : { kind: 'topic', last: { ...last } }),
    close: async () => {
      await Promise.all(producers.map((producer) => producer.close()));
    },
  };
}

/** No tool of Pulsar's reaches the embedded broker. */
async function remedyWithout({ driver, admin }: Broker, tenant: TenantName, topic: string): Promise<string> {
  const ours = 'use --to-subscription NAME, whose topic is created';
  if (driver === 'embedded') return ours;
  const partitions = (await tenantPartitions(admin, tenant)).toString();
  return `create it with \`pulsar-admin topics create-partitioned-topic ${topic} --partitions ${partitions}\`, or ${ours}`;
}

/** The topic, with the subscription at its beginning, so that nothing is deleted before the consumer comes. */
async function prepare(
  { admin }: Broker,
  tenant: TenantName,
  { name, topic }: Extract<ReplayTarget, { readonly kind: 'subscription' }>,
): Promise<void> {
  await admin.createNamespace(tenant, REPLAY_NAMESPACE, RETENTION);
  const existing = await admin.partitions(topic);
  const partitions = existing > 0 ? existing : await tenantPartitions(admin, tenant);
  await admin.createPartitionedTopic(topic, partitions);
  for (let partition = 0; partition < partitions; partition++) {
    await admin.createSubscription(partitionTopic(topic, partition), name, 'Earliest');
  }
}

async function sentSince(
  broker: Broker,
  topic: string,
  after: MessageId | undefined,
  newest: MessageId,
  replay: string,
): Promise<readonly string[]> {
  if (after !== undefined && compareMessageIds(after, newest) >= 0) return [];
  const reader = await broker.createReader({ topic, from: after === undefined ? 'Earliest' : { after } });
  const keys: string[] = [];
  try {
    for (;;) {
      const { id, properties } = await reader.next();
      if (properties[REPLAY_ID] === replay) {
        keys.push(keyOf(properties[EVENT_PROPERTIES.source] ?? '', properties[EVENT_PROPERTIES.id] ?? ''));
      }
      if (compareMessageIds(id, newest) >= 0) return keys;
    }
  } finally {
    await reader.close();
  }
}

function keyOf(source: string, id: string): string {
  return `${source} ${id}`;
}
