import { rmSync } from 'node:fs';
import type { TenantName } from '../../channels/brands.ts';
import type { EventCodec } from '../../channels/codec.ts';
import { engineTopic, partitionTopic } from '../../channels/topics.ts';
import type { StateKey } from '../../dsl/correlation.ts';
import type { MessageId } from '../broker/message-id.ts';
import type { Broker } from '../broker/port.ts';
import { decodeRecord } from '../engine/journal.ts';
import { JournalFold } from '../engine/journal-record.ts';
import { restoreCheckpoint } from '../engine/restore-checkpoint.ts';
import { StateStore, type Checkpoint } from '../engine/state-store.ts';

/** Keys taken from the store at a time. */
const BATCH_MAX = 1_000;

export interface ReadKeysOptions {
  readonly broker: Broker;
  readonly codec: EventCodec;
  readonly tenant: TenantName;
  /** Of its own, for as long as it takes. */
  readonly folder: string;
}

/** Whose states a partition keeps at this moment: from its checkpoint and journal, without taking it from its owner. */
export async function readKeys(options: ReadKeysOptions, partition: number): Promise<readonly StateKey[]> {
  const { broker, codec, tenant, folder } = options;
  rmSync(folder, { recursive: true, force: true });
  const store = new StateStore(folder, codec);
  try {
    const topic = partitionTopic(engineTopic(tenant, 'checkpoints'), partition);
    const checkpoint = await restoreCheckpoint(store, broker, topic, codec);
    const keys = new Set<StateKey>();
    for (let batch = store.contactsAfter(undefined, BATCH_MAX); batch.length > 0;) {
      for (const key of batch) keys.add(key);
      batch = store.contactsAfter(batch.at(-1), BATCH_MAX);
    }
    await followJournal(options, partition, checkpoint, keys);
    return [...keys];
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function followJournal(
  { broker, codec, tenant }: ReadKeysOptions,
  partition: number,
  checkpoint: Checkpoint | undefined,
  keys: Set<StateKey>,
): Promise<void> {
  const { epoch = 0, sequence = 0, position } = checkpoint?.applied ?? {};
  const fold = new JournalFold(epoch, sequence);
  const topic = partitionTopic(engineTopic(tenant, 'journal'), partition);
  const last = await broker.admin.lastMessageId(topic);
  if (last === undefined || last === position) return;
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
}
