/** What the inbox learns from the channels. All of it may come twice, and the channels are not in step. */
import { isProbeContact } from '../../channels/contact-key.ts';
import type { CatalogueEvent, EventOf } from '../../channels/generated/events.ts';
import type { Follow } from '../port.ts';
import { belongs, cameAfter, entryOf, handoffOf, type Entry, type HandedOff, type Received } from './handoff.ts';
import type { InboxParts } from './inbox.ts';

export function follows(parts: InboxParts): readonly Follow[] {
  const take = (event: CatalogueEvent): Promise<void> =>
    parts.order.run(event.subject ?? event.id, () => apply(parts, event));
  return [
    {
      channel: 'conversations',
      types: [
        ...(['conversation.handed-off', 'conversation.advanced', 'conversation.completed'] as const),
        ...(['conversation.failed', 'conversation.expired', 'conversation.cancelled'] as const),
      ],
      remembered: false,
      take,
    },
    {
      channel: 'messaging',
      types: ['message.received', 'handoff.taken', 'handoff.replied', 'handoff.returned'],
      remembered: false,
      take,
    },
    { channel: 'contacts', types: ['contact.erased'], remembered: false, take },
  ];
}

/** Nobody of ours is to look after people who do not exist: whoever made them up states what is done. */
async function apply(parts: InboxParts, event: CatalogueEvent): Promise<void> {
  if (isProbeContact(event.subject)) return;
  if (event.type === 'conversation.handed-off') await begin(parts, event);
  else if (event.type === 'message.received') await receive(parts, event);
  else if (event.type === 'contact.erased') await parts.store.erase(event.subject ?? '');
  else if (isOurs(event)) await confirm(parts, event);
  else await leave(parts, event);
}

type Ours = EventOf<'handoff.taken' | 'handoff.replied' | 'handoff.returned'>;

function isOurs(event: CatalogueEvent): event is Ours {
  return event.type.startsWith('handoff.');
}

/** It went on, or ended: whoever has taken it learns that their answers lead nowhere. */
async function leave({ store }: InboxParts, event: CatalogueEvent): Promise<void> {
  const handoff = event.correlationid === undefined ? undefined : store.find(event.correlationid);
  if (!handoff || handoff.closed || !cameAfter(event, handoff)) return;
  await store.update({ ...handoff, closed: { at: event.time, outcome: 'left' } });
}

async function begin({ store }: InboxParts, event: HandedOff): Promise<void> {
  const handoff = handoffOf(event);
  if (!handoff) return;
  const known = store.find(handoff.conversation);
  if (known && (known.event === event.id || !cameAfter(event, known))) return;
  const entries: Entry[] = [];
  for (const message of store.recent(handoff.contact)) {
    if (belongs(message, handoff, entries)) entries.push({ number: entries.length + 1, ...entryOf(message) });
  }
  const address = handoff.address ?? store.recent(handoff.contact).at(-1)?.data.from;
  await store.begin({ ...handoff, address }, entries);
}

async function receive({ store }: InboxParts, message: Received): Promise<void> {
  const { subject: contact } = message;
  if (contact === undefined) return;
  // Before the rest: once it is here, a hand-off that begins later finds it.
  await store.addRecent(contact, message);
  for (const handoff of store.openOf(contact)) {
    if (!belongs(message, handoff, store.entries(handoff.conversation))) continue;
    if (handoff.address === undefined) await store.update({ ...handoff, address: message.data.from });
    await store.append(handoff.conversation, entryOf(message));
  }
}

/** Our own statement, where the process ended between stating and noting it. */
async function confirm({ store }: InboxParts, event: Ours): Promise<void> {
  const { conversation, agent, handoff: id } = event.data;
  const handoff = store.find(conversation);
  if (!handoff || handoff.id !== id || handoff.closed) return;
  if (event.type === 'handoff.replied') {
    await store.append(conversation, { id: event.id, from: 'agent', agent, text: event.data.text, at: event.time });
  } else if (event.type === 'handoff.returned') {
    await store.update({ ...handoff, closed: { at: event.time, outcome: event.data.outcome, agent } });
  } else if (handoff.takenBy === undefined) {
    await store.update({ ...handoff, takenBy: agent, takes: handoff.takes + 1 });
  }
}
