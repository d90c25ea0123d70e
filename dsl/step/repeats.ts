import { hash } from 'node:crypto';
import { MAX_SEEN_MESSAGES } from '../limits.ts';
import type { Event } from '../../channels/event.ts';
import type { ConversationDraft, Draft } from './draft.ts';

/** 72 bits: among one contact's newest ids no two meet, and the state stays small whatever ids a provider makes. */
const MARK_CHARACTERS = 12;

/**
 * Notes what came from outside; true where it was seen already. Providers and customers send again what they are not
 * sure of, under the same id. (Within the platform, repetitions are dropped by source and sequence before the step.)
 */
export function isRepeated(draft: Draft, id: string): boolean {
  const { seen = [] } = draft.state;
  const digest = digestOf(id);
  if (seen.includes(digest)) return true;
  const newest = seen.slice(-(MAX_SEEN_MESSAGES - 1));
  newest.push(digest);
  draft.update({ seen: newest });
  return false;
}

/** A person's message counts once, however often its provider brings it. Undefined where the provider gives no id. */
export function messageMarkOf(connector: string, providerId: string | undefined): string | undefined {
  return providerId === undefined ? undefined : `${connector}:${providerId}`;
}

export function hasSeen(draft: Draft, id: string): boolean {
  return draft.state.seen?.includes(digestOf(id)) ?? false;
}

/** An event counts once for a conversation, however often it is sent or listened for. */
export function markOf({ id }: Pick<ConversationDraft, 'id'>, event: Pick<Event, 'source' | 'id'>): string {
  return `${id} ${event.source} ${event.id}`;
}

function digestOf(id: string): string {
  return hash('sha256', id, 'base64url').slice(0, MARK_CHARACTERS);
}
