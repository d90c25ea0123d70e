/** Events that came for what an interrupt, or people of ours, had set aside: each is looked at once. */
import type { SetAside } from '../contact.ts';
import type { ConversationDraft } from './draft.ts';

export function dropSetAside(conversation: ConversationDraft, aside: SetAside): void {
  const rest = (conversation.setAside ?? []).filter((other) => other !== aside);
  if (rest.length > 0) conversation.setAside = rest;
  else delete conversation.setAside;
}
