import type { TenantName } from '../../../channels/brands.ts';
import { CHANNELS, channelTopic, engineTopic, partitionTopic, type ChannelName } from '../../../channels/topics.ts';
import type { BrokerAdmin } from '../../broker/port.ts';
import { BrokerError } from '../../broker/errors.ts';

/** One partition topic that the sink reads. */
export interface Feed {
  /** Full partition topic. */
  readonly topic: string;
  readonly partition: number;
  /** Undefined: the engine's journal. */
  readonly channel: ChannelName | undefined;
}

/** Every partition of the nine channels and of the journal. Rejects with `topic-missing` before they are created. */
export async function feedsOf(admin: BrokerAdmin, tenant: TenantName): Promise<readonly Feed[]> {
  const feeds: Feed[] = [];
  for (const channel of [...CHANNELS, undefined]) {
    const topic = channel === undefined ? engineTopic(tenant, 'journal') : channelTopic(tenant, channel);
    const partitions = await admin.partitions(topic);
    if (partitions === 0) throw new BrokerError('topic-missing', `${topic} does not exist: create the tenant first`);
    for (let partition = 0; partition < partitions; partition++) {
      feeds.push({ topic: partitionTopic(topic, partition), partition, channel });
    }
  }
  return feeds;
}
