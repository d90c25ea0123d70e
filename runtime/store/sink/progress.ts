import type { MessageId } from '../../broker/message-id.ts';
import type { Basis } from '../../engine/journal-record.ts';
import { isLoopSource } from '../../engine/loop-sources.ts';

/** Newest sequence applied of one source in one topic, and when the broker took that event. */
export type SourceMark = readonly [sequence: number, publishedMs: number];

/** Newest epoch and sequence that counted in one journal partition. */
export type JournalMark = readonly [epoch: number, sequence: number];

/** How far one topic is stored, with what is needed to tell duplicates in what follows. */
export interface TopicProgress {
  readonly position: MessageId;
  readonly sources?: Readonly<Record<string, SourceMark>>;
  readonly journal?: JournalMark;
  /** Of the journal's newest record; absent as long as none that was read says it. */
  readonly basis?: Basis;
}

/** Partition topic → its progress. Immutable: a batch makes a new one, which counts once its mark is written. */
export type Progress = ReadonlyMap<string, TopicProgress>;

/**
 * A source that has been silent for so long before a topic's newest event will not repeat itself: but a loop of the
 * engine's, which publishes again what may not have left whenever it is opened.
 */
const SOURCE_MEMORY_MS = 24 * 60 * 60 * 1000;

/** Below this many sources nothing is forgotten: there is nothing to gain. */
const SOURCES_KEPT = 64;

/** Depends on messages only, never on a clock: a batch made again after a crash must come out the same. */
export function forgetSilentSources(
  sources: Readonly<Record<string, SourceMark>>,
): Readonly<Record<string, SourceMark>> {
  const entries = Object.entries(sources);
  if (entries.length <= SOURCES_KEPT) return sources;
  const newestMs = entries.reduce((newest, [, [, publishedMs]]) => Math.max(newest, publishedMs), 0);
  const oldestMs = newestMs - SOURCE_MEMORY_MS;
  return Object.fromEntries(
    entries.filter(([source, [, publishedMs]]) => isLoopSource(source) || publishedMs > oldestMs),
  );
}
