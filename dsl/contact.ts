import type { Address, ContactKey, ConversationId, Millis } from '../channels/brands.ts';

/** Everything that the engine keeps about one person. Bounded: history lives in the store. */
export interface ContactState {
  readonly key: ContactKey;
  readonly addresses: readonly Address[];
  readonly conversations: readonly ConversationState[];
}

export interface ConversationState {
  readonly id: ConversationId;
  readonly timers: readonly Timer[];
}

/** An absolute deadline inside the contact's state. */
export interface Timer {
  readonly conversation: ConversationId;
  /** Unique within the conversation, never used twice. */
  readonly id: string;
  readonly due: Millis;
}

/** All deadlines of a contact: what the engine indexes by due time. */
export function timersOf(state: ContactState | undefined): readonly Timer[] {
  return state?.conversations.flatMap((conversation) => conversation.timers) ?? [];
}
