/**
 * Pure: from messages, in order, to the rows that they add and the progress that follows. The same progress and the
 * same messages give the same rows, so that a batch can be made again after a crash, under the same token.
 */
import type { Message } from '../../broker/port.ts';
import { JournalFold } from '../../engine/journal-record.ts';
import type { Rows } from '../port.ts';
import type { BatchRows, DeadLetterRow, DefinitionRow, EventRow, StepRow } from '../rows.ts';
import { STORE_SUBSCRIPTION } from '../../broker/subscriptions.ts';
import { isReplayedEvent, isReplayedMessage } from '../../../channels/replayed.ts';
import { isRedrivenFor } from '../../events/redriven.ts';
import { definitionRow } from './definition-row.ts';
import { deadLetterRow, eventOf, eventRow, sequenceOf, type RowContext } from './event-row.ts';
import type { Feed } from './feeds.ts';
import { forgetSilentSources, type Progress, type SourceMark, type TopicProgress } from './progress.ts';
import { journalRecordOf, stepRow } from './step-row.ts';

/** Messages of one topic, in its order. */
export interface FeedMessages {
  readonly feed: Feed;
  readonly messages: readonly Message[];
}

export interface Folded<Events extends Rows<EventRow> = readonly EventRow[]> extends BatchRows<Events> {
  /** Of the topics touched only. */
  readonly changed: Progress;
  /** Events that their source had stated before. */
  readonly duplicates: number;
  /** Journal records of a superseded owner. */
  readonly stale: number;
}

/** Where rows of events go: an array, or as they are packed. */
interface EventRows extends Rows<EventRow> {
  push(row: EventRow): unknown;
}

/** Takes a batch's messages in parts, for others have turns in between; the parts make no difference to the rows. */
export class BatchFold<Events extends EventRows> {
  readonly #context: RowContext;
  readonly #before: Progress;
  readonly #rows: Added<Events>;
  readonly #changed = new Map<string, TopicState & Pick<TopicProgress, 'position'>>();

  /** `events`: none yet. */
  constructor(context: RowContext, before: Progress, events: Events) {
    this.#context = context;
    this.#before = before;
    this.#rows = { events, steps: [], definitions: [], deadLetters: [], duplicates: 0, stale: 0 };
  }

  add({ feed, messages }: FeedMessages): void {
    const last = messages.at(-1);
    if (!last) return;
    const known = this.#changed.get(feed.topic) ?? stateOf(this.#before.get(feed.topic));
    const fold = foldOf(feed);
    this.#changed.set(feed.topic, { ...fold(this.#context, this.#rows, feed, messages, known), position: last.id });
  }

  get folded(): Folded<Events> {
    // At the end of the batch, or its parts would make a difference.
    const changed = [...this.#changed].map(([topic, { sources, ...progress }]): [string, TopicProgress] => [
      topic,
      { ...progress, ...(sources && { sources: forgetSilentSources(Object.fromEntries(sources)) }) },
    ]);
    return { ...this.#rows, changed: new Map(changed) };
  }
}

/** A topic's progress while its messages are coming: with a thousand sources, parts of a few messages copy none of them. */
interface TopicState extends Omit<TopicProgress, 'position' | 'sources'> {
  readonly sources?: Map<string, SourceMark>;
}

function stateOf({ sources, ...others }: Partial<TopicProgress> = {}): TopicState {
  return { ...others, ...(sources && { sources: new Map(Object.entries(sources)) }) };
}

export function foldBatch(context: RowContext, before: Progress, batch: readonly FeedMessages[]): Folded {
  const fold = new BatchFold<EventRow[]>(context, before, []);
  for (const part of batch) fold.add(part);
  return fold.folded;
}

interface Added<Events extends EventRows = EventRows> {
  readonly events: Events;
  readonly steps: StepRow[];
  readonly definitions: DefinitionRow[];
  readonly deadLetters: DeadLetterRow[];
  duplicates: number;
  stale: number;
}

type FoldTopic = (
  context: RowContext,
  rows: Added,
  feed: Feed,
  messages: readonly Message[],
  known: TopicState,
) => TopicState;

function foldOf({ of }: Feed): FoldTopic {
  if (of === 'journal') return foldJournal;
  return of === 'machines' ? foldMachines : foldChannel;
}

const foldChannel: FoldTopic = (context, rows, feed, messages, known) => {
  const sources = known.sources ?? new Map<string, SourceMark>();
  for (const message of messages) {
    // It is stored already, or was no event then either.
    if (isRedrivenFor(message, STORE_SUBSCRIPTION) === false || isReplayedMessage(message)) {
      rows.duplicates++;
      continue;
    }
    let row: EventRow;
    try {
      const read = eventOf(message, context.codec);
      const { event } = read;
      if (isReplayedEvent(event)) {
        rows.duplicates++;
        continue;
      }
      const sequence = sequenceOf(event);
      if (sequence !== undefined) {
        const last = sources.get(event.source);
        if (last && sequence <= last[0]) {
          rows.duplicates++;
          continue;
        }
        sources.set(event.source, [sequence, message.publishTimeMs]);
      }
      row = eventRow(context, feed, message, read);
    } catch (error) {
      rows.deadLetters.push(deadLetterRow(context, feed, message, error));
      continue;
    }
    // What fails here is no fault of the event, and leaves a row in part: the batch is gathered anew.
    rows.events.push(row);
  }
  return { sources };
};

const foldJournal: FoldTopic = (context, rows, feed, messages, known) => {
  let fold = known.journal && new JournalFold(...known.journal);
  let basis = known.basis;
  for (const message of messages) {
    try {
      const record = journalRecordOf(message, context.codec);
      // A sink that joins late starts in the middle of a journal: its first record counts.
      fold ??= new JournalFold(record.kind === 'barrier' ? record.epoch - 1 : record.epoch, record.sequence - 1);
      if (!fold.accept(record)) {
        rows.stale++;
        continue;
      }
      if (record.kind === 'step') basis = record.basis ?? basis;
      rows.steps.push(stepRow(context, feed, message, record, basis));
    } catch (error) {
      rows.deadLetters.push(deadLetterRow(context, feed, message, error));
    }
  }
  return fold ? { journal: [fold.epoch, fold.sequence], ...(basis ? { basis } : {}) } : {};
};

const foldMachines: FoldTopic = (context, rows, feed, messages) => {
  for (const message of messages) {
    try {
      rows.definitions.push(definitionRow(context, message));
    } catch (error) {
      rows.deadLetters.push(deadLetterRow(context, feed, message, error));
    }
  }
  return {};
};
