import type { Message } from '../../broker/port.ts';
import { PackedEvents } from '../packed-events.ts';
import type { RowContext } from './event-row.ts';
import { BatchFold, type FeedMessages, type Folded } from './fold.ts';
import type { Progress } from './progress.ts';
import type { Range } from './records.ts';

/** Of its rows those of events, nearly all, are out of the collector's way. */
export type FoldedPacked = Folded<PackedEvents>;

/** A batch ready to be stored. */
export interface FoldedBatch {
  readonly batch: number;
  readonly folded: FoldedPacked;
  readonly ranges: readonly Range[];
  /** When the broker took the oldest of its messages. */
  readonly oldestMs: number;
}

/** A batch whose messages are still coming. It keeps none of them: each is folded as it comes. */
export class Gathering {
  readonly #batch: number;
  readonly #fold: BatchFold<PackedEvents>;
  readonly #ranges = new Map<string, Range>();
  #oldestMs = Infinity;

  constructor(context: RowContext, before: Progress) {
    this.#batch = context.batch;
    this.#fold = new BatchFold(context, before, new PackedEvents());
  }

  add(part: FeedMessages): void {
    const { feed, messages } = part;
    const [first, last] = [messages[0], messages.at(-1)];
    if (!first || !last) return;
    this.#fold.add(part);
    this.#ranges.set(feed.topic, extended(this.#ranges.get(feed.topic), part, first, last));
    this.#oldestMs = Math.min(this.#oldestMs, first.publishTimeMs);
  }

  get folded(): FoldedBatch {
    const ranges = [...this.#ranges.values()];
    return { batch: this.#batch, folded: this.#fold.folded, ranges, oldestMs: this.#oldestMs };
  }
}

function extended(range: Range | undefined, { feed, messages }: FeedMessages, first: Message, last: Message): Range {
  const { first: from, count } = range ?? { first: first.id, count: 0 };
  return { topic: feed.topic, first: from, last: last.id, count: count + messages.length };
}
