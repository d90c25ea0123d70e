import type { RetentionPolicy } from '../port.ts';
import { chunkHeader } from './chunk.ts';
import type { GroupCommit } from './group-commit.ts';
import { offsetKey, offsetOf } from './keys.ts';
import type { Store } from './store.ts';
import type { Topic } from './topic.ts';

const CHUNKS_PER_COMMIT = 500;
const MS_PER_MINUTE = 60_000;
const BYTES_PER_MB = 1024 * 1024;

/** What a policy is applied to. */
export interface Trimmable {
  readonly topic: Topic;
  readonly policy: RetentionPolicy;
  /** Offset from which everything must stay: a subscription or a compaction has still to read it. */
  readonly keepFrom: number;
}

/** Before then, and as long as the target is the same, nothing can be deleted. */
export interface Trimmed {
  readonly policy: RetentionPolicy;
  readonly next: number;
  readonly keepFrom: number;
  readonly untilMs: number;
}

/** Nothing was published or acknowledged since, and nothing has become too old: most topics at most times. */
export function isTrimmed({ topic, policy, keepFrom }: Trimmable, before: Trimmed | undefined, nowMs: number): boolean {
  if (before?.policy !== policy || before.next !== topic.next || before.keepFrom !== keepFrom) return false;
  return nowMs < before.untilMs;
}

/**
 * Deletes, oldest first, the chunks that every subscription has acknowledged and that the policy does not keep: over
 * its time or over its size. The newest chunk always stays: it tells where the topic goes on.
 */
export async function trim(store: Store, group: GroupCommit, nowMs: number, target: Trimmable): Promise<Trimmed> {
  const { topic, policy, keepFrom } = target;
  const trimmed = { policy, keepFrom, next: topic.next };
  if (policy.timeMinutes < 0 && policy.sizeMb < 0) return { ...trimmed, untilMs: Infinity };
  for (;;) {
    const { first, untilMs } = deletableUpTo(store, nowMs, target);
    if (first === topic.first) return { ...trimmed, untilMs };
    const doomed = store.keys('log', {
      from: offsetKey(topic.ledger, topic.first),
      before: offsetKey(topic.ledger, first),
    });
    // Nobody may read what is being deleted, so the log is shortened before the commit, not after it.
    topic.trimmed(first);
    await group.write(doomed.map((key) => ({ table: 'log', key, value: undefined })));
  }
}

/** Start of the first chunk to keep, at most CHUNKS_PER_COMMIT further, and when that will be too old. */
function deletableUpTo(
  store: Store,
  nowMs: number,
  { topic, policy, keepFrom }: Trimmable,
): { readonly first: number; readonly untilMs: number } {
  const starts = store
    .keys('log', {
      from: offsetKey(topic.ledger, topic.first),
      before: offsetKey(topic.ledger, Math.min(keepFrom + 1, topic.next)),
      limit: CHUNKS_PER_COMMIT + 1,
    })
    .map(offsetOf);
  let bytesKept = topic.bytes;
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1];
    // The last one listed stays: it may reach beyond keepFrom, or be the newest.
    if (end === undefined) return { first: start, untilMs: Infinity };
    const bytes = store.get('log', offsetKey(topic.ledger, start));
    if (!bytes) return { first: start, untilMs: nowMs };
    const untilMs =
      policy.timeMinutes < 0 ? Infinity : chunkHeader(bytes).lastPublishTimeMs + policy.timeMinutes * MS_PER_MINUTE;
    const tooMuch = policy.sizeMb >= 0 && bytesKept > policy.sizeMb * BYTES_PER_MB;
    if (untilMs > nowMs && !tooMuch) return { first: start, untilMs };
    bytesKept -= bytes.length;
  }
  return { first: topic.first, untilMs: nowMs };
}
