/** From rows of `recordSql` to what is on record. */
import type { Millis } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import type { StateKey } from '../../dsl/correlation.ts';
import { OUTPUTS_MAX } from '../../dsl/step/outgoing.ts';
import type { MessageId } from '../broker/message-id.ts';
import { carriedBy } from '../engine/contact-logic.ts';
import { cloudEventOf } from '../store/stored-event.ts';
import { KEPT_WHOLE, ROW } from './record-query.ts';
import type { RecordedHistory, RecordedInput, RecordedOutput, RecordedStep } from './recorded-step.ts';

/** `[contact, kind, numbers, texts]`; a number may come as text, where it is one of 64 bits. */
type Row = readonly [string, number, readonly (number | string)[], readonly string[]];

interface StoredRow {
  readonly numbers: readonly number[];
  readonly texts: readonly string[];
}

interface Stored {
  /** By channel and id. */
  readonly events: ReadonlyMap<string, readonly StoredRow[]>;
  /** By the journal's record that gave them. */
  readonly fingerprints: ReadonlyMap<string, readonly number[]>;
  readonly whole: ReadonlyMap<string, readonly RecordedOutput[]>;
}

/** The histories in a batch of rows, one a line, which divides none of them. */
export function* historiesIn(batch: Uint8Array): Generator<RecordedHistory> {
  let rows: Row[] = [];
  for (const line of Buffer.from(batch.buffer, batch.byteOffset, batch.byteLength).toString('utf8').split('\n')) {
    if (line === '') continue;
    const row = JSON.parse(line) as Row;
    if (rows.length > 0 && rows[0]?.[0] !== row[0]) {
      yield historyOf(rows);
      rows = [];
    }
    rows.push(row);
  }
  if (rows.length > 0) yield historyOf(rows);
}

function historyOf(rows: readonly Row[]): RecordedHistory {
  const key = (rows[0]?.[0] ?? '') as StateKey;
  const steps = new Map<string, StoredRow>();
  const fingerprints = new Map<string, readonly number[]>();
  const events = new Map<string, StoredRow[]>();
  const whole = new Map<string, RecordedOutput[]>();
  for (const [, kind, given, texts] of rows) {
    const row: StoredRow = { numbers: given.map(Number), texts };
    if (kind === ROW.step) steps.set(placeOf(row), row);
    else if (kind === ROW.event) addEvent(row, events, whole);
    else if (kind === ROW.outputs)
      fingerprints.set(`${texts[0] ?? ''}/${(row.numbers[0] ?? 0).toString()}`, row.numbers.slice(1));
  }
  const stored: Stored = { events, fingerprints, whole };
  return { key, steps: [...steps.values()].sort(inOrder).map((step) => stepOf(key, step, stored)) };
}

/** In the journals: a step that was told twice, until ClickHouse merges, is one. */
function placeOf({ numbers: [, epoch = 0, sequence = 0, partition = 0] }: StoredRow): string {
  return `${epoch}/${sequence}/${partition}`;
}

/** As far as it is known: the journals of two partitions have no order of their own. */
function inOrder({ numbers: one }: StoredRow, { numbers: other }: StoredRow): number {
  for (const place of IN_ORDER) {
    const difference = (one[place] ?? 0) - (other[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Of a step's numbers. */
const [NOW, EPOCH, SEQUENCE, PARTITION] = [0, 1, 2, 3];
const IN_ORDER = [NOW, PARTITION, EPOCH, SEQUENCE];

/** Of an event's texts. */
const [CHANNEL, POSITION, ID, SOURCE, TYPE, DATA, CONVERSATION] = [0, 1, 2, 3, 4, 5, 6];

function addEvent(row: StoredRow, events: Map<string, StoredRow[]>, whole: Map<string, RecordedOutput[]>): void {
  const { texts } = row;
  const id = texts[ID] ?? '';
  const place = `${texts[CHANNEL] ?? ''} ${id}`;
  const same = events.get(place);
  // Told twice, until ClickHouse merges.
  if (same?.some((other) => other.texts[SOURCE] === texts[SOURCE])) return;
  if (same) same.push(row);
  else events.set(place, [row]);
  const type = texts[TYPE] ?? '';
  if (!KEPT_WHOLE.has(type)) return;
  const record = recordOf(id);
  const output: RecordedOutput = { type, data: texts[DATA] ?? '', conversation: texts[CONVERSATION] ?? '' };
  whole.set(record, [...(whole.get(record) ?? []), output]);
}

/** The source and number of the journal's record that an output's id begins with. */
function recordOf(id: string): string {
  const slash = id.lastIndexOf('/');
  return `${id.slice(0, slash)}/${Math.floor(Number(id.slice(slash + 1)) / OUTPUTS_MAX).toString()}`;
}

function stepOf(key: StateKey, row: StoredRow, stored: Stored): RecordedStep {
  const [now = 0, epoch = 0, sequence = 0, partition = 0, partitions = 0, , outputs = 0] = row.numbers;
  const [, , , , definitions = '', company = '', firstOutput = '', stateHash] = row.texts;
  const record = recordOf(firstOutput);
  return {
    ...{ partition, epoch, sequence, now: now as Millis, outputs, stateHash },
    input: inputOf(key, row, stored),
    given:
      stateHash === undefined
        ? { fingerprints: stored.fingerprints.get(record) ?? [], whole: stored.whole.get(record) ?? [] }
        : undefined,
    basis: { definitions: definitions === '' ? undefined : (definitions as MessageId), company, partitions },
  };
}

function inputOf(key: StateKey, { numbers, texts }: StoredRow, { events }: Stored): RecordedInput {
  const [id = '', type = '', feed = '', position = ''] = texts;
  const [isFatal, isTooLarge] = [numbers[5] === 1, numbers[5] === 2];
  if (type === 'moved-here' || type === 'moved-away') return { kind: type, id };
  if (feed === '') return { kind: 'timer', id, isFatal, isTooLarge };
  const same = events.get(`${feed} ${id}`);
  // One that was redriven has another place than its row.
  const found = same?.find((row) => row.texts[POSITION] === position) ?? same?.[0];
  if (!found) return { kind: 'missing', id, type };
  const [publishedAt = 0] = found.numbers;
  return { kind: 'event', id, event: carriedBy(eventOf(key, found)), publishedAt: publishedAt as Millis, isFatal };
}

function eventOf(contact: StateKey, { numbers, texts }: StoredRow): Event {
  const [, time = 0, sequence = 0] = numbers;
  const [, , id = '', source = '', type = '', data = '', conversation = '', causation = ''] = texts;
  const [partitionkey = '', traceparent = '', extensions = ''] = texts.slice(8);
  return cloudEventOf({
    ...{ id, source, type, contact, data, partitionkey, sequence, conversation, causation, traceparent, extensions },
    time: new Date(time).toISOString(),
  });
}
