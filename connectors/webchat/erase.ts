/** A person is erased: what they and the company wrote is no longer kept for a page that reconnects. */
import type { ContactKey } from '../../channels/brands.ts';
import type { Follow } from '../port.ts';
import type { Talk } from './talk.ts';

/** Noted, so that it is not done again, with what was written since, when the event comes again. */
export function erasing(talk: Talk): Follow {
  return {
    channel: 'contacts',
    types: ['contact.erased'],
    remembered: true,
    take: (event, stopping) => erase(talk, event.subject as ContactKey, stopping),
  };
}

/** Their sessions stay: by themselves they tell nothing. Resolves once it is durable; rejects where it was stopped before. */
async function erase({ sessions, mailboxes, rooms }: Talk, contact: ContactKey, stopping: AbortSignal): Promise<void> {
  for await (const address of sessions.of(contact, stopping))
    await rooms.inOrder(address, () => mailboxes.empty(address));
  stopping.throwIfAborted();
}
