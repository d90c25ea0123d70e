import type { TenantName } from '../../../channels/brands.ts';
import { engineTopic, partitionTopic } from '../../../channels/topics.ts';
import { compareMessageIds } from '../../broker/message-id.ts';
import type { Broker } from '../../broker/port.ts';
import { NO_HISTORY, decodeRecord, readRecord, type SinkHistory } from './records.ts';

/** What the sink has on record, read beside it: it is not disturbed. */
export async function ledgerHistory(broker: Broker, tenant: TenantName): Promise<SinkHistory> {
  const topic = partitionTopic(engineTopic(tenant, 'sink'), 0);
  const end = await broker.admin.lastMessageId(topic);
  if (end === undefined) return NO_HISTORY;
  const reader = await broker.createReader({ topic, from: 'Earliest' });
  try {
    for (let history = NO_HISTORY; ;) {
      const message = await reader.next();
      history = readRecord(history, decodeRecord(message.payload));
      if (compareMessageIds(message.id, end) >= 0) return history;
    }
  } finally {
    await reader.close();
  }
}
