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

/**
 * Deletes, oldest first, the chunks that every subscription has acknowledged and that the policy does not keep: over
 * its time or over its size. The newest chunk always stays: it tells where the topic goes on.
 */
export async function trim(store: Store, group: GroupCommit, nowMs: number, target: Trimmable): Promise<void> {
  const { topic, policy } = target;
  if (policy.timeMinutes < 0 && policy.sizeMb < 0) return;
  for (;;) {
    const first = deletableUpTo(store, nowMs, target);
    if (first === topic.first) return;
    const doomed = store.keys('log', {
      from: offsetKey(topic.ledger, topic.first),
      before: offsetKey(topic.ledger, first),
    });
    // Nobody may read what is being deleted, so the log is shortened before the commit, not after it.
    topic.trimmed(first);
    await group.write(doomed.map((key) => ({ table: 'log', key, value: undefined })));
  }
}

/** Start of the first chunk to keep, at most CHUNKS_PER_COMMIT further. */
function deletableUpTo(store: Store, nowMs: number, { topic, policy, keepFrom }: Trimmable): number {
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
    if (end === undefined) return start;
    const bytes = store.get('log', offsetKey(topic.ledger, start));
    if (!bytes) return start;
    const tooOld =
      policy.timeMinutes >= 0 && chunkHeader(bytes).lastPublishTimeMs + policy.timeMinutes * MS_PER_MINUTE <= nowMs;
    const tooMuch = policy.sizeMb >= 0 && bytesKept > policy.sizeMb * BYTES_PER_MB;
    if (!tooOld && !tooMuch) return start;
    bytesKept -= bytes.length;
  }
  return topic.first;
}
