/** Pure: which rows the sink makes of a stretch of a topic, by the sink's own fold. */
import type { EventCodec } from '../../../channels/codec.ts';
import type { TenantName } from '../../../channels/brands.ts';
import type { MessageId } from '../../broker/message-id.ts';
import type { Message } from '../../broker/port.ts';
import { STORE_SUBSCRIPTION } from '../../broker/subscriptions.ts';
import { isRedrivenFor } from '../../events/redriven.ts';
import type { BatchRows, TableName } from '../rows.ts';
import { eventOf, sequenceOf } from '../sink/event-row.ts';
import type { Feed } from '../sink/feeds.ts';
import { foldBatch } from '../sink/fold.ts';
import type { Progress } from '../sink/progress.ts';

/** Rows that a check puts back have this number: the sink's own batches begin with 1. */
export const REPAIR_BATCH = 0;

export interface ExpectedRow {
  readonly table: TableName;
  readonly identity: string;
  readonly row: BatchRows;
}

/** A message that adds no row, because its source had stated that sequence, or a later one, before. */
export interface Repetition {
  readonly position: MessageId;
  readonly identity: string;
}

export interface Expectation {
  /** Of all messages, in order. */
  readonly positions: readonly MessageId[];
  readonly expected: ReadonlyMap<string, ExpectedRow>;
  readonly repetitions: readonly Repetition[];
  /** For the next stretch. */
  readonly progress: Progress;
}

export interface Stretch {
  readonly tenant: TenantName;
  readonly codec: EventCodec;
  readonly feed: Feed;
  readonly messages: readonly Message[];
}

export function expectationOf({ tenant, codec, feed, messages }: Stretch, before: Progress): Expectation {
  const folded = foldBatch({ tenant, codec, batch: REPAIR_BATCH }, before, [{ feed, messages }]);
  const { events, steps, definitions, deadLetters } = folded;
  const none: BatchRows = { events: [], steps: [], definitions: [], deadLetters: [] };
  const expected = new Map<string, ExpectedRow>([
    ...events.map((row) => entry('events', row, { ...none, events: [row] })),
    ...steps.map((row) => entry('steps', row, { ...none, steps: [row] })),
    ...definitions.map((row) => entry('definitions', row, { ...none, definitions: [row] })),
    ...deadLetters.map((row) => entry('dead_letters', row, { ...none, deadLetters: [row] })),
  ]);
  const hasSources = feed.of !== 'journal' && feed.of !== 'machines';
  const passedOver = !hasSources ? [] : messages.filter(({ id }) => !expected.has(id));
  return {
    positions: messages.map(({ id }) => id),
    expected,
    repetitions: passedOver.flatMap((message) => repetitionOf(message, codec)),
    progress: new Map([...before, ...folded.changed]),
  };
}

/** Columns that say what a row is, beside the position of its message. */
export const IDENTITY: Readonly<Record<'events' | 'steps' | 'definitions' | 'dead_letters', readonly string[]>> = {
  events: ['source', 'sequence', 'id'],
  steps: ['epoch', 'sequence', 'kind'],
  definitions: ['position'],
  dead_letters: [],
};

export function identityOf(table: keyof typeof IDENTITY, row: object): string {
  const fields = row as Readonly<Record<string, unknown>>;
  return JSON.stringify(IDENTITY[table].map((column) => fields[column]));
}

/** The inverse of `identityOf`, as far as a finding tells it. */
export function describeIdentity(identity: string): { source?: string; sequence?: number; id?: string } {
  const [first, sequence, last] = JSON.parse(identity) as [unknown?, unknown?, unknown?];
  if (sequence === undefined) return {};
  if (typeof first === 'string') return { source: first, sequence: Number(sequence), id: String(last) };
  return typeof first === 'number' ? { id: `epoch ${first}`, sequence: Number(sequence) } : {};
}

function entry(
  table: keyof typeof IDENTITY,
  row: { readonly position: string },
  whole: BatchRows,
): readonly [string, ExpectedRow] {
  return [row.position, { table, identity: identityOf(table, row), row: whole }];
}

function repetitionOf(message: Message, codec: EventCodec): readonly Repetition[] {
  // Whoever redrives it knows that it was stored, or put aside, the first time.
  if (isRedrivenFor(message, STORE_SUBSCRIPTION) === false) return [];
  const { event } = eventOf(message, codec);
  const { source, id } = event;
  return [{ position: message.id, identity: identityOf('events', { source, sequence: sequenceOf(event) ?? 0, id }) }];
}
