/** What happens to a message, in each direction, and when it reached the person. All of it can be done twice. */
import type { Address, EventId } from '../../channels/brands.ts';
import { contactKeyOf } from '../../channels/contact-key.ts';
import { ParlanceError } from '../../channels/error.ts';
import { derivedId } from '../derived-id.ts';
import type { ConnectorHost, MessageRequest } from '../port.ts';
import type { Entry, Mailboxes } from './mailbox.ts';
import { problemWith, type ClientFrame, type RefusalCode } from './protocol.ts';
import type { Room, Rooms } from './room.ts';
import type { SessionStore } from './session-store.ts';

export const CONNECTOR_NAME = 'webchat';

/** How long a browser waits before it offers a message again that could not be published. */
const TRY_AGAIN_MS = 2_000;

export interface Talk {
  readonly host: ConnectorHost;
  readonly mailboxes: Mailboxes;
  readonly sessions: SessionStore;
  readonly rooms: Rooms;
}

export interface Refusal {
  readonly code: RefusalCode;
  readonly reason: string;
  readonly retryAfterMs?: number;
}

/** A person wrote. Resolves with the entry once the event is durable, or with why it was not accepted. */
export function accept(
  talk: Talk,
  address: Address,
  { id, text, label }: Extract<ClientFrame, { type: 'send' }>,
): Promise<Entry | Refusal> {
  return talk.rooms.inOrder(address, async (room) => {
    const known = talk.mailboxes.find(address, id);
    if (known) return known;
    const problem = problemWith(text) ?? tooFast(room, talk.host.now());
    if (problem) return problem;
    try {
      await talk.host.publish('messaging', {
        type: 'message.received',
        id: derivedId('received', address, id),
        contact: contactKeyOf(address),
        data: { connector: CONNECTOR_NAME, from: address, text, providerId: id },
      });
      // Only now: an entry says that the event is durable. Should this fail, the browser sends it again, and the
      // event's id and provider id repeat.
      const written = {
        from: 'person' as const,
        id,
        text,
        atMs: talk.host.now(),
        ...(label !== undefined && { label }),
      };
      const { entry } = await talk.mailboxes.append(address, written);
      room.show([entry]);
      return entry;
    } catch (error) {
      // Whoever puts everybody off says so itself, once.
      if (!(error instanceof ParlanceError && error.code === 'tenant-behind')) {
        talk.host.log.warn({ err: error, address }, 'could not accept a message; the browser will offer it again');
      }
      return { code: 'try-again', reason: 'We can not take messages just now.', retryAfterMs: TRY_AGAIN_MS };
    }
  });
}

function tooFast(room: Room, now: number): Refusal | undefined {
  const retryAfterMs = room.messageRate.take(now);
  return retryAfterMs === 0 ? undefined : { code: 'too-fast', reason: 'A little slower, please.', retryAfterMs };
}

/** The company wrote. Resolves once it is in the person's mailbox and `message.sent` is durable. */
export function deliver(talk: Talk, request: MessageRequest): Promise<void> {
  const { message, to, text, choices, media } = request.data;
  return talk.rooms.inOrder(to, async (room) => {
    if (!talk.sessions.has(to)) {
      await report(talk, request, 'failed', {
        code: 'no-such-recipient',
        reason: 'This web chat session does not exist, or has ended.',
        permanent: true,
      });
      return;
    }
    const { entry, added } = await talk.mailboxes.append(to, {
      from: 'company',
      id: request.id,
      text,
      choices,
      media,
      message,
      correlationid: request.correlationid,
      atMs: talk.host.now(),
    });
    if (added) room.show([entry]);
    // A receipt of a tab waits in the same queue, so `message.delivered` comes after `message.sent`.
    await report(talk, request, 'sent');
  });
}

/** A browser has every entry up to `upTo`. Reported once; what could not be published is, with the next receipt. */
export function receive(talk: Talk, address: Address, upTo: number): Promise<void> {
  return talk.rooms.inOrder(address, async () => {
    const entries = talk.mailboxes.undelivered(address, upTo);
    if (entries.length === 0) return;
    await Promise.all(entries.map((entry) => report(talk, requestOf(address, entry), 'delivered')));
    await talk.mailboxes.markDelivered(address, upTo);
  });
}

/** The person has seen these entries. Stated once each; what could not be published is, with the next ones. */
export function read(talk: Talk, address: Address, numbers: readonly number[]): Promise<void> {
  return talk.rooms.inOrder(address, async () => {
    const entries = await talk.mailboxes.noteRead(address, numbers);
    if (entries.length === 0) return;
    await Promise.all(entries.map((entry) => report(talk, requestOf(address, entry), 'read')));
    await talk.mailboxes.markRead(
      address,
      entries.map(({ number }) => number),
    );
  });
}

function requestOf(to: Address, { id, message, correlationid }: Entry): Reported {
  return { id: id as EventId, correlationid, data: { message: message ?? '', to } };
}

interface Reported {
  readonly id: EventId;
  readonly correlationid?: string | undefined;
  readonly data: { readonly message: string; readonly to: Address };
}

function report(
  talk: Talk,
  { id, correlationid, data: { message, to } }: Reported,
  what: 'sent' | 'delivered' | 'read' | 'failed',
  details: object = {},
): Promise<void> {
  return talk.host.publish('messaging', {
    type: `message.${what}`,
    id: derivedId(what, id),
    contact: contactKeyOf(to),
    causationid: id,
    ...(correlationid !== undefined && { correlationid }),
    data: { message, connector: CONNECTOR_NAME, to, ...details },
  });
}
