import type { MessageId } from '../message-id.ts';
import type { BrokerAdmin, InitialPosition, RetentionPolicy, TopicStats } from '../port.ts';
import type { Directory } from './directory.ts';
import type { Partition } from './partition.ts';

export class EmbeddedAdmin implements BrokerAdmin {
  readonly #directory: Directory;
  readonly #partition: (topic: string) => Partition;

  /** `partition` throws `topic-missing`, or `broker-closed` after the end. */
  constructor(directory: Directory, partition: (topic: string) => Partition) {
    this.#directory = directory;
    this.#partition = partition;
  }

  createTenant(tenant: string): Promise<void> {
    return this.#directory.createTenant(tenant);
  }

  tenants(): Promise<readonly string[]> {
    return Promise.resolve(this.#directory.tenants);
  }

  createNamespace(tenant: string, namespace: string, retention: RetentionPolicy): Promise<void> {
    return this.#directory.createNamespace(tenant, namespace, retention);
  }

  createPartitionedTopic(topic: string, partitions: number): Promise<void> {
    return this.#directory.createPartitionedTopic(topic, partitions);
  }

  growPartitionedTopic(topic: string, partitions: number): Promise<void> {
    return this.#directory.growPartitionedTopic(topic, partitions);
  }

  partitions(topic: string): Promise<number> {
    return Promise.resolve(this.#directory.partitions(topic));
  }

  /** Remembered, but there is nobody to check it: whoever is in the process may do everything. */
  grantPermission(tenant: string, namespace: string, role: string): Promise<void> {
    return this.#directory.grantPermission(tenant, namespace, role);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- async turns what #partition throws into a rejection
  async lastMessageId(partitionTopic: string): Promise<MessageId | undefined> {
    return this.#partition(partitionTopic).log.lastMessageId;
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as above
  async holdsSince(partitionTopic: string, timeMs: number): Promise<boolean> {
    const { log } = this.#partition(partitionTopic);
    return log.offsetFor({ timeMs }) < log.next;
  }

  async createSubscription(partitionTopic: string, subscription: string, position: InitialPosition): Promise<void> {
    await this.#partition(partitionTopic).createSubscription(subscription, position);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as above
  async stats(partitionTopic: string): Promise<TopicStats> {
    const { subscriptions, log } = this.#partition(partitionTopic);
    const backlog = [...subscriptions.values()].map(({ name, backlog: count }): [string, number] => [name, count]);
    return { backlog: Object.fromEntries(backlog), bytes: log.bytes };
  }

  async compact(partitionTopic: string): Promise<void> {
    await this.#partition(partitionTopic).compaction.run();
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }
}
