import type { TenantName } from '../../../channels/brands.ts';
import {
  CHANNELS,
  channelTopic,
  engineTopic,
  partitionTopic,
  type ChannelName,
  type EngineTopic,
} from '../../../channels/topics.ts';
import { BrokerError } from '../../broker/errors.ts';
import type { MessageId } from '../../broker/message-id.ts';
import type { BrokerAdmin } from '../../broker/port.ts';
import type { Positions } from './mark.ts';

/** Of the engine's own topics those without which no past state could be made again. */
type StoredEngineTopic = Extract<EngineTopic, 'inbox' | 'journal' | 'machines'>;

const STORED_ENGINE_TOPICS: readonly StoredEngineTopic[] = ['inbox', 'journal', 'machines'];

/** One partition topic that the sink reads. */
export interface Feed {
  /** Full partition topic. */
  readonly topic: string;
  readonly partition: number;
  /** What it is a partition of. */
  readonly of: ChannelName | StoredEngineTopic;
}

/**
 * Every partition of the nine channels, of the inbox and the journal, and the machines. Rejects with `topic-missing`
 * before they are created.
 */
export async function feedsOf(admin: BrokerAdmin, tenant: TenantName): Promise<readonly Feed[]> {
  const topics: readonly (readonly [Feed['of'], string])[] = [
    ...CHANNELS.map((channel) => [channel, channelTopic(tenant, channel)] as const),
    ...STORED_ENGINE_TOPICS.map((name) => [name, engineTopic(tenant, name)] as const),
  ];
  const feeds: Feed[] = [];
  for (const [of, topic] of topics) {
    const partitions = await admin.partitions(topic);
    if (partitions === 0) throw new BrokerError('topic-missing', `${topic} does not exist: create the tenant first`);
    for (let partition = 0; partition < partitions; partition++) {
      feeds.push({ topic: partitionTopic(topic, partition), partition, of });
    }
  }
  return feeds;
}

/** Of each partition topic that is not empty: its last message now. */
export async function lastOfEach(admin: BrokerAdmin, tenant: TenantName): Promise<Positions> {
  const positions: Record<string, MessageId> = {};
  for (const { topic } of await feedsOf(admin, tenant)) {
    const last = await admin.lastMessageId(topic);
    if (last !== undefined) positions[topic] = last;
  }
  return positions;
}
