import type { TenantName } from '../../channels/brands.ts';
import type { EventCodec } from '../../channels/codec.ts';
import { engineTopic, partitionTopic } from '../../channels/topics.ts';
import type { StateKey } from '../../dsl/correlation.ts';
import type { MessageId } from '../broker/message-id.ts';
import type { Broker } from '../broker/port.ts';
import { decodeRecord } from '../engine/journal.ts';
import { JournalFold } from '../engine/journal-record.ts';
import { readCheckpoint } from '../engine/restore-checkpoint.ts';

/** Whose states a partition keeps at this moment: from its checkpoint and journal, without taking it from its owner. */
export async function readKeys(
  broker: Broker,
  codec: EventCodec,
  tenant: TenantName,
  partition: number,
): Promise<readonly StateKey[]> {
  const restored = await readCheckpoint(broker, partitionTopic(engineTopic(tenant, 'checkpoints'), partition), codec);
  const keys = new Set(restored?.states.keys());
  const { epoch = 0, sequence = 0, position } = restored?.checkpoint.applied ?? {};
  const fold = new JournalFold(epoch, sequence);
  const topic = partitionTopic(engineTopic(tenant, 'journal'), partition);
  const last = await broker.admin.lastMessageId(topic);
  if (last === undefined || last === position) return [...keys];
  const reader = await broker.createReader({ topic, from: position === undefined ? 'Earliest' : { after: position } });
  try {
    for (let at: MessageId | undefined; at !== last;) {
      const { id, payload } = await reader.next();
      at = id;
      const record = decodeRecord(payload, codec);
      if (!fold.accept(record) || record.kind === 'barrier' || record.contact === undefined) continue;
      if (record.state === null) keys.delete(record.contact);
      else if (record.state !== undefined) keys.add(record.contact);
    }
  } finally {
    await reader.close();
  }
  return [...keys];
}
