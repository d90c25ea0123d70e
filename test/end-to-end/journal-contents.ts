import { PLAIN_CODEC } from '../../channels/codec.ts';
import { engineTopic, partitionTopic } from '../../channels/topics.ts';
import type { TenantName } from '../../channels/brands.ts';
import type { Broker } from '../../runtime/broker/port.ts';
import { decodeRecord } from '../../runtime/engine/journal.ts';
import { JournalFold, type StepRecord } from '../../runtime/engine/journal-record.ts';
import { stored } from '../runtime/events/scene.ts';

export interface Ownership {
  readonly partition: number;
  readonly epoch: number;
  readonly worker: string;
  /** Of its first step, in milliseconds. */
  readonly since: number;
}

export interface JournalContents {
  /** Records that count, per partition, whose sequence is not one more than that of the record before. */
  readonly gaps: readonly string[];
  /** Ids of inputs that more than one record applied. */
  readonly appliedTwice: readonly string[];
  readonly ownerships: readonly Ownership[];
}

/** What the journals of the tenant's contact loops say, as whoever reads them folds them. */
export async function journalContents(broker: Broker, tenant: TenantName): Promise<JournalContents> {
  const gaps: string[] = [];
  const appliedTwice: string[] = [];
  const ownerships: Ownership[] = [];
  const topic = engineTopic(tenant, 'journal');
  const partitions = await broker.admin.partitions(topic);
  for (let partition = 0; partition < partitions; partition++) {
    const fold = new JournalFold();
    const applied = new Set<string>();
    let last = 0;
    for (const { payload } of await stored(broker, partitionTopic(topic, partition))) {
      const record = decodeRecord(payload, PLAIN_CODEC);
      if (!fold.accept(record)) continue;
      if (record.sequence !== last + 1) gaps.push(`${partition}: ${last} before ${record.sequence}`);
      last = record.sequence;
      if (record.kind === 'barrier') continue;
      if (applied.has(record.input.id)) appliedTwice.push(record.input.id);
      applied.add(record.input.id);
      const worker = acquirerIn(record);
      if (worker !== undefined) ownerships.push({ partition, epoch: record.epoch, worker, since: record.now });
    }
  }
  return { gaps, appliedTwice, ownerships };
}

function acquirerIn({ outputs }: StepRecord): string | undefined {
  const acquired = outputs.find(({ type }) => type === 'partition.acquired');
  return (acquired?.data as { readonly worker: string } | undefined)?.worker;
}
