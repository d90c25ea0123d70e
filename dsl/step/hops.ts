/**
 * How many events of conversations follow from one another with no person and no delay in between. Definitions that
 * start one another would go on without end: their events are refused from a number on.
 */
import type { Event } from '../../channels/event.ts';
import { MAX_EVENT_HOPS } from '../limits.ts';
import type { ConversationDraft, Draft } from './draft.ts';

/** 0 for an event that comes from outside, or follows from none. A customer who sends one on may keep its count. */
export function hopsOf({ parlancehops }: Event): number {
  const hops = Number(parlancehops ?? 0);
  return Number.isSafeInteger(hops) && hops > 0 ? hops : 0;
}

/** Nothing may start by it or be woken by it any more. */
export function isTooFar(event: Event): boolean {
  return hopsOf(event) > MAX_EVENT_HOPS;
}

/** For what comes back to the conversation by itself: answers of data sources, messages that nobody got. */
export function keepHops({ draft, conversation }: { draft: Draft; conversation: ConversationDraft }): void {
  if (draft.causeHops === undefined) delete conversation.hops;
  else conversation.hops = draft.causeHops;
}
