import { hash } from 'node:crypto';
import { MAX_SEEN_MESSAGES } from '../limits.ts';
import type { Draft } from './draft.ts';

/** 72 bits: among one contact's newest ids no two meet, and the state stays small whatever ids a provider makes. */
const MARK_CHARACTERS = 12;

/**
 * Notes what came from outside; true where it was seen already. Providers and customers send again what they are not
 * sure of, under the same id. (Within the platform, repetitions are dropped by source and sequence before the step.)
 */
export function isRepeated(draft: Draft, id: string): boolean {
  const mark = hash('sha256', id, 'base64url').slice(0, MARK_CHARACTERS);
  const seen = draft.state.seen ?? [];
  if (seen.includes(mark)) return true;
  draft.update({ seen: [...seen.slice(-(MAX_SEEN_MESSAGES - 1)), mark] });
  return false;
}
