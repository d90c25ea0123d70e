import { isStorable } from '../../../channels/time.ts';
import type { Basis, JournalRecord, RecordedInput } from '../../engine/journal-record.ts';
import { outputIdsOf } from '../../engine/output-writer.ts';
import type { Message } from '../../broker/port.ts';
import { stateHash } from '../../history/state-hash.ts';
import type { StepRow } from '../rows.ts';
import { UnstorableError, textOf, type RowContext } from './event-row.ts';
import { isoTime } from './event-time.ts';
import type { Feed } from './feeds.ts';

/** Throws where the payload is no journal record. */
export function journalRecordOf(message: Message, codec: RowContext['codec']): JournalRecord {
  const value: unknown = JSON.parse(codec.decode(message.payload));
  const record = value as Partial<JournalRecord> | null;
  const numbers = [record?.epoch, record?.sequence, record?.now];
  if ((record?.kind !== 'step' && record?.kind !== 'barrier') || !numbers.every(isWholeNumber)) {
    throw new UnstorableError('it is no journal record');
  }
  if (!isStorable(record.now ?? 0)) throw new UnstorableError('its "now" is no storable time');
  if (record.kind === 'step' && (typeof record.input !== 'object' || !Array.isArray(record.outputs))) {
    throw new UnstorableError('it is a step record without input or outputs');
  }
  return value as JournalRecord;
}

function isWholeNumber(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** `basis`: what is on record by then. */
export function stepRow(
  context: RowContext,
  feed: Feed,
  message: Message,
  record: JournalRecord,
  basis: Basis | undefined,
): StepRow {
  const common = {
    tenant: context.tenant,
    partition: feed.partition,
    position: message.id,
    batch: context.batch,
    epoch: record.epoch,
    sequence: record.sequence,
    now: isoTime(record.now),
    definitions: basis?.definitions ?? '',
    company: basis?.company ?? '',
    partitions: basis?.partitions ?? 0,
  };
  if (record.kind === 'barrier') {
    const none = { input: record.owner, input_type: 'barrier', feed: '', feed_position: '', contact: '' };
    return { ...common, kind: 'barrier', generation: record.generation, ...none, fatal: 0, ...NO_OUTCOME };
  }
  const about = record.outputs.flatMap(({ conversation }) =>
    conversation === undefined ? [] : [textOf(conversation)],
  );
  return {
    ...common,
    kind: 'step',
    generation: '',
    input: textOf(record.input.id),
    input_type: textOf(record.input.type),
    fatal: fatalOf(record.input),
    feed: textOf(record.input.feed),
    feed_position: textOf(record.input.position),
    contact: textOf(record.contact),
    conversations: [...new Set(about)],
    outputs: outputIdsOf(record),
    state_hash: record.state === undefined ? '' : stateHash(record.state),
  };
}

function fatalOf({ isFatal, isTooLarge }: RecordedInput): StepRow['fatal'] {
  if (isFatal === true) return 1;
  return isTooLarge === true ? 2 : 0;
}

const NO_OUTCOME = { conversations: [], outputs: [], state_hash: '' } as const;
