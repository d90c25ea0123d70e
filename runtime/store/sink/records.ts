import { ParlanceError } from '../../../channels/error.ts';
import type { MessageId } from '../../broker/message-id.ts';
import type { Progress, TopicProgress } from './progress.ts';

/** Opens an owner's reign over a tenant's sink. */
export interface OwnerRecord {
  readonly kind: 'owner';
  readonly epoch: number;
  /** Unique per acquisition. */
  readonly owner: string;
  /** Chosen by the first owner, carried by all later ones: batch numbers of another sink topic never meet these. */
  readonly generation: string;
}

/** From the first to the last message of one partition topic, both included. */
export interface Range {
  readonly topic: string;
  readonly first: MessageId;
  readonly last: MessageId;
  readonly count: number;
}

/** Written before the insert: exactly these messages make the batch, now and after any crash. */
export interface PendingRecord {
  readonly kind: 'pending';
  readonly epoch: number;
  readonly batch: number;
  readonly ranges: readonly Range[];
}

/** The batch is stored. `full`: progress of every topic, otherwise of those that the batch changed. */
export interface MarkRecord {
  readonly kind: 'mark';
  readonly epoch: number;
  readonly batch: number;
  readonly full: boolean;
  /** As in the owner's record, which may be deleted by the time that this one is read. */
  readonly generation: string;
  readonly topics: Readonly<Record<string, TopicProgress>>;
}

export type SinkRecord = OwnerRecord | PendingRecord | MarkRecord;

export function encodeRecord(record: SinkRecord): Buffer {
  return Buffer.from(JSON.stringify(record), 'utf8');
}

/** Nobody else writes this topic; anything but a record in it is a reason to stop. */
export function decodeRecord(payload: Buffer): SinkRecord {
  const record = JSON.parse(payload.toString('utf8')) as Partial<SinkRecord> | null;
  if (record?.kind === 'owner' || record?.kind === 'pending' || record?.kind === 'mark') return record as SinkRecord;
  throw new ParlanceError('sink-record-invalid', 'the sink topic holds a message that is no sink record');
}

/** What a reader of the sink topic knows, record by record. */
export interface SinkHistory {
  readonly epoch: number;
  readonly owner: string;
  readonly generation: string;
  /** Number of the newest batch that is marked. */
  readonly batch: number;
  readonly progress: Progress;
  /** A batch announced and not marked: it may be stored, in part, or not at all. */
  readonly pending: PendingRecord | undefined;
}

export const NO_HISTORY: SinkHistory = {
  ...{ epoch: 0, owner: '', generation: '', batch: 0 },
  progress: new Map(),
  pending: undefined,
};

/** Drops what a superseded owner wrote after its successor's record. */
export function readRecord(history: SinkHistory, record: SinkRecord): SinkHistory {
  switch (record.kind) {
    case 'owner': {
      if (record.epoch <= history.epoch) return history;
      const generation = history.generation === '' ? record.generation : history.generation;
      return { ...history, epoch: record.epoch, owner: record.owner, generation };
    }
    case 'pending':
      return record.epoch < history.epoch ? history : { ...history, epoch: record.epoch, pending: record };
    case 'mark': {
      if (record.epoch < history.epoch) return history;
      const known = record.full ? [] : history.progress;
      const progress: Progress = new Map([...known, ...Object.entries(record.topics)]);
      const { epoch, batch, generation } = record;
      return { ...history, epoch, batch, generation, progress, pending: undefined };
    }
  }
}
