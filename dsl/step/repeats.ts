import { MAX_SEEN_MESSAGES } from '../limits.ts';
import type { Draft } from './draft.ts';

/**
 * Notes what came from outside; true where it was seen already. Providers and customers send again what they are not
 * sure of, under the same id. (Within the platform, repetitions are dropped by source and sequence before the step.)
 */
export function isRepeated(draft: Draft, mark: string): boolean {
  const seen = draft.state.seen ?? [];
  if (seen.includes(mark)) return true;
  draft.update({ seen: [...seen.slice(-(MAX_SEEN_MESSAGES - 1)), mark] });
  return false;
}
