import { setTimeout as pause } from 'node:timers/promises';
import { BrokerError } from '../errors.ts';
import { type MessageId, messageId, messageIdParts } from '../message-id.ts';
import type { InitialPosition, RetentionPolicy, SeekTarget, TopicStats } from '../port.ts';
import type { RemoteAdmin } from '../remote/remote-admin.ts';
import { RestClient, type RestOptions } from './rest.ts';
import { parseTopicName, topicPath } from './topic-name.ts';

/** Pulsar's own marks for the ends of a topic. Text: the second is beyond what a JavaScript number holds exactly. */
const EARLIEST = '{"ledgerId":-1,"entryId":-1,"partitionIndex":-1}';
const LATEST = '{"ledgerId":9223372036854775807,"entryId":9223372036854775807,"partitionIndex":-1}';

const COMPACTION_POLL_MS = 50;

/** A topic without subscriptions or producers is not deleted, whatever the broker's default. */
const KEEP_IDLE_TOPICS = {
  inactiveTopicDeleteMode: 'delete_when_no_subscriptions',
  maxInactiveDurationSeconds: 3600,
  deleteWhileInactive: false,
};

const CONFLICT = 409;
const NOT_FOUND = 404;

/** Pulsar's admin REST API, as far as Parlance needs it. Shared by the drivers `pulsar` and `websocket`. */
export class PulsarAdmin implements RemoteAdmin {
  readonly #rest: RestClient;

  constructor(options: RestOptions) {
    this.#rest = new RestClient(options);
  }

  async createTenant(tenant: string): Promise<void> {
    const purpose = `creating tenant ${tenant}`;
    const { body: allowedClusters } = await this.#rest.call('GET', 'clusters', { purpose });
    const body = { adminRoles: [], allowedClusters };
    await this.#rest.call('PUT', `tenants/${encodeURIComponent(tenant)}`, { body, accept: [CONFLICT], purpose });
  }

  async tenants(): Promise<readonly string[]> {
    return (await this.#rest.call('GET', 'tenants', { purpose: 'listing tenants' })).body as string[];
  }

  /** Also switches deduplication on, and the deletion of idle topics off. */
  async createNamespace(tenant: string, namespace: string, retention: RetentionPolicy): Promise<void> {
    const path = `namespaces/${encodeURIComponent(tenant)}/${encodeURIComponent(namespace)}`;
    const purpose = `creating namespace ${tenant}/${namespace}`;
    await this.#rest.call('PUT', path, { body: {}, accept: [CONFLICT], purpose });
    const { timeMinutes: retentionTimeInMinutes, sizeMb: retentionSizeInMB } = retention;
    await this.#rest.call('POST', `${path}/retention`, {
      body: { retentionTimeInMinutes, retentionSizeInMB },
      purpose,
    });
    await this.#rest.call('POST', `${path}/deduplication`, { body: true, purpose });
    await this.#rest.call('POST', `${path}/inactiveTopicPolicies`, { body: KEEP_IDLE_TOPICS, purpose });
  }

  async createPartitionedTopic(topic: string, partitions: number): Promise<void> {
    const purpose = `creating topic ${topic}`;
    const path = `${topicPath(topic)}/partitions`;
    const { status } = await this.#rest.call('PUT', path, { body: partitions, accept: [CONFLICT], purpose });
    if (status !== CONFLICT) return;
    const present = await this.partitions(topic);
    if (present !== partitions) {
      const counts = `${present.toString()} partitions, not ${partitions.toString()}`;
      throw new BrokerError('partitions-differ', `topic ${topic} exists with ${counts}`);
    }
  }

  async growPartitionedTopic(topic: string, partitions: number): Promise<void> {
    const present = await this.partitions(topic);
    if (present === 0) throw new BrokerError('topic-missing', `there is no topic ${topic}`);
    if (partitions < present) {
      const counts = `${present.toString()} partitions and cannot shrink to ${partitions.toString()}`;
      throw new BrokerError('partitions-differ', `topic ${topic} has ${counts}`);
    }
    const purpose = `adding partitions to ${topic}`;
    const path = `${topicPath(topic)}/partitions`;
    if (partitions > present) await this.#rest.call('POST', path, { body: partitions, purpose });
    // Where an earlier call broke off between the count and the topics.
    else await this.#rest.call('POST', `${topicPath(topic)}/createMissedPartitions`, { purpose });
  }

  async partitions(topic: string): Promise<number> {
    const purpose = `counting the partitions of ${topic}`;
    const path = `${topicPath(topic)}/partitions?checkAllowAutoCreation=false`;
    const { status, body } = await this.#rest.call('GET', path, { accept: [NOT_FOUND], purpose });
    return status === NOT_FOUND ? 0 : (body as { partitions: number }).partitions;
  }

  async grantPermission(tenant: string, namespace: string, role: string): Promise<void> {
    const path = [tenant, namespace, 'permissions', role].map(encodeURIComponent).join('/');
    const purpose = `permitting ${role} to use ${tenant}/${namespace}`;
    // 501: this broker does not authorize, so there is nothing to permit.
    await this.#rest.call('POST', `namespaces/${path}`, { body: ['produce', 'consume'], accept: [501], purpose });
  }

  async lastMessageId(partitionTopic: string): Promise<MessageId | undefined> {
    const purpose = `finding the last message of ${partitionTopic}`;
    const { body } = await this.#rest.call('GET', `${topicPath(partitionTopic)}/lastMessageId`, { purpose });
    return idOf(body as Position);
  }

  async holdsSince(partitionTopic: string, timeMs: number): Promise<boolean> {
    const last = await this.lastMessageId(partitionTopic);
    if (last === undefined) return false;
    const { ledgerId, entryId } = await this.positionAtTime(partitionTopic, timeMs);
    const [lastLedger, lastEntry] = messageIdParts(last);
    return ledgerId < lastLedger || (ledgerId === lastLedger && entryId <= lastEntry);
  }

  async createSubscription(partitionTopic: string, subscription: string, position: InitialPosition): Promise<void> {
    const json = position === 'Earliest' ? EARLIEST : LATEST;
    const purpose = `creating subscription ${subscription} on ${partitionTopic}`;
    await this.#rest.call('PUT', subscriptionPath(partitionTopic, subscription), { json, accept: [CONFLICT], purpose });
  }

  async deleteSubscription(partitionTopic: string, subscription: string): Promise<void> {
    const purpose = `deleting subscription ${subscription} of ${partitionTopic}`;
    const path = `${subscriptionPath(partitionTopic, subscription)}?force=true`;
    await this.#rest.call('DELETE', path, { accept: [NOT_FOUND], purpose });
  }

  async resetCursor(partitionTopic: string, subscription: string, to: SeekTarget): Promise<void> {
    const purpose = `moving subscription ${subscription} on ${partitionTopic}`;
    const path = `${subscriptionPath(partitionTopic, subscription)}/resetcursor`;
    if (typeof to === 'object' && 'timeMs' in to) {
      await this.#rest.call('POST', `${path}/${Math.trunc(to.timeMs).toString()}`, { purpose });
    } else if (typeof to === 'object') {
      await this.#rest.call('POST', path, {
        body: { ...positionOf(partitionTopic, to.after), excluded: true },
        purpose,
      });
    } else {
      await this.#rest.call('POST', path, { json: to === 'Earliest' ? EARLIEST : LATEST, purpose });
    }
  }

  async acknowledgeUpTo(partitionTopic: string, subscription: string, id: MessageId): Promise<void> {
    const purpose = `acknowledging up to ${id} on ${partitionTopic}`;
    const path = `${subscriptionPath(partitionTopic, subscription)}/expireMessages`;
    const { ledgerId, entryId, batchIndex = -1, partitionIndex } = positionOf(partitionTopic, id);
    // The call takes whole entries, those behind the position too: of a batch, only what precedes it.
    const last = batchIndex < 0 ? entryId : entryId - 1;
    if (last < 0) return;
    await this.#rest.call('POST', path, { body: { ledgerId, entryId: last, partitionIndex }, purpose });
  }

  /** The first message published at or after `timeMs`; a position to come where there is none yet. */
  async positionAtTime(partitionTopic: string, timeMs: number): Promise<Position> {
    const purpose = `finding the messages of a time in ${partitionTopic}`;
    const path = `${topicPath(partitionTopic)}/messageid/${Math.trunc(timeMs).toString()}`;
    return (await this.#rest.call('GET', path, { purpose })).body as Position;
  }

  async stats(partitionTopic: string): Promise<TopicStats> {
    const { subscriptions, storageSize } = await this.#topicStats(partitionTopic);
    const backlog = Object.entries(subscriptions).map(([name, { msgBacklog }]) => [name, msgBacklog] as const);
    return { backlog: Object.fromEntries(backlog), bytes: storageSize };
  }

  /** Names of the producers and consumers connected to a partition topic. */
  async connected(partitionTopic: string): Promise<ReadonlySet<string>> {
    const { publishers, subscriptions } = await this.#topicStats(partitionTopic);
    const consumers = Object.values(subscriptions).flatMap((subscription) => subscription.consumers);
    return new Set([
      ...publishers.map(({ producerName }) => producerName),
      ...consumers.map(({ consumerName }) => consumerName),
    ]);
  }

  async abandonedSubscriptions(
    partitionTopic: string,
    prefix: string,
    unusedSinceMs: number,
  ): Promise<readonly string[]> {
    const { subscriptions } = await this.#topicStats(partitionTopic);
    return (
      Object.entries(subscriptions)
        .filter(([name, { consumers }]) => name.startsWith(prefix) && consumers.length === 0)
        // Without consumers only the time of the last request for messages is kept; never used is 0.
        .filter(([, { lastConsumedFlowTimestamp: used }]) => used > 0 && used < unusedSinceMs)
        .map(([name]) => name)
    );
  }

  async #topicStats(partitionTopic: string): Promise<PulsarTopicStats> {
    const purpose = `reading the figures of ${partitionTopic}`;
    const path = `${topicPath(partitionTopic)}/stats?getPreciseBacklog=true`;
    return (await this.#rest.call('GET', path, { purpose })).body as PulsarTopicStats;
  }

  async compact(partitionTopic: string): Promise<void> {
    const purpose = `compacting ${partitionTopic}`;
    const path = `${topicPath(partitionTopic)}/compaction`;
    // 409: one is running, which may have begun before the newest message; only one begun from now on will do.
    while ((await this.#rest.call('PUT', path, { accept: [CONFLICT], purpose })).status === CONFLICT) {
      await pause(COMPACTION_POLL_MS);
    }
    for (;;) {
      const { status, lastError } = (await this.#rest.call('GET', path, { purpose })).body as CompactionStatus;
      if (status === 'SUCCESS') return;
      if (status === 'ERROR') throw new BrokerError('broker-refused', `${purpose} failed: ${lastError}`);
      await pause(COMPACTION_POLL_MS);
    }
  }

  async ping(): Promise<void> {
    await this.#rest.call('GET', 'brokers/ready', { purpose: 'asking whether the broker is up', accept: [NOT_FOUND] });
  }

  async close(): Promise<void> {
    await this.#rest.close();
  }
}

/** A place in a partition topic, as the REST API writes it. */
export interface Position {
  readonly ledgerId: number;
  readonly entryId: number;
  readonly batchIndex?: number;
}

interface CompactionStatus {
  readonly status: 'NOT_RUN' | 'RUNNING' | 'SUCCESS' | 'ERROR';
  readonly lastError: string;
}

interface PulsarTopicStats {
  readonly storageSize: number;
  readonly publishers: readonly { readonly producerName: string }[];
  readonly subscriptions: Readonly<Record<string, PulsarSubscriptionStats>>;
}

interface PulsarSubscriptionStats {
  readonly msgBacklog: number;
  readonly lastConsumedFlowTimestamp: number;
  readonly consumers: readonly { readonly consumerName: string }[];
}

function idOf({ ledgerId, entryId, batchIndex }: Position): MessageId | undefined {
  return ledgerId < 0 || entryId < 0 ? undefined : messageId(ledgerId, entryId, batchIndex);
}

function positionOf(topic: string, id: MessageId): Position & { readonly partitionIndex: number } {
  const [ledgerId, entryId, batchIndex] = messageIdParts(id);
  return { ledgerId, entryId, batchIndex, partitionIndex: parseTopicName(topic).partition };
}

function subscriptionPath(topic: string, subscription: string): string {
  return `${topicPath(topic)}/subscription/${encodeURIComponent(subscription)}`;
}
