import type { Address, ContactKey, ConversationId, EventId } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import type { EventOf } from '../../channels/generated/events.ts';

/** One conversation in one queue. */
export interface Handoff {
  /** As the conversation knows it. */
  readonly id: string;
  readonly conversation: ConversationId;
  readonly contact: ContactKey;
  readonly queue: string;
  /** The `conversation.handed-off`: its id, source, sequence and time, and the event that caused it. */
  readonly event: EventId;
  readonly source: string;
  readonly sequence?: string | undefined;
  readonly openedAt: string;
  readonly cause?: string | undefined;
  readonly definition?: string | undefined;
  readonly connector?: string | undefined;
  readonly address?: Address | undefined;
  readonly takenBy?: string;
  /** How often it was taken: tells one taking from the next. */
  readonly takes: number;
  readonly closed?: Closed;
}

export interface Closed {
  readonly at: string;
  /** `left`: the conversation went on without us, or ended. */
  readonly outcome: 'returned' | 'nobody' | 'left';
  readonly agent?: string;
}

/** What was said in a hand-off. */
export interface Entry {
  /** 1, 2, 3 … within the hand-off. */
  readonly number: number;
  /** Of the event that said it. */
  readonly id: string;
  readonly from: 'person' | 'agent';
  readonly agent?: string;
  readonly text: string;
  readonly at: string;
}

export type NewEntry = Omit<Entry, 'number'>;

export type HandedOff = EventOf<'conversation.handed-off'>;
export type Received = EventOf<'message.received'>;

/** Undefined where the event does not say whose it is. */
export function handoffOf(event: HandedOff): Handoff | undefined {
  const { correlationid, subject, causationid } = event;
  if (correlationid === undefined || subject === undefined) return undefined;
  const { handoff: id = event.id, queue, definition, connector, to } = event.data;
  return {
    id,
    conversation: correlationid as ConversationId,
    contact: subject as ContactKey,
    ...{ queue, definition, connector, address: to },
    ...{ event: event.id, source: event.source, sequence: event.sequence, openedAt: event.time, cause: causationid },
    takes: 0,
  };
}

/** Whether an event of the same conversation, on the same channel, came after it was handed off. */
export function cameAfter(event: Pick<Event, 'source' | 'sequence' | 'time'>, handoff: Handoff): boolean {
  const { source, sequence, openedAt } = handoff;
  if (event.source !== source || sequence === undefined || event.sequence === undefined) return event.time > openedAt;
  return event.sequence > sequence;
}

/**
 * Whether a person's message belongs to the hand-off: it is what caused it, or came after that. Messages of a person
 * come in order; the engine may have handed off later than the next one came.
 */
export function belongs(message: Received, handoff: Handoff, entries: readonly Entry[]): boolean {
  if (handoff.connector !== undefined && handoff.connector !== message.data.connector) return false;
  if (message.id === handoff.cause || message.time >= handoff.openedAt) return true;
  return entries.some(({ id }) => id === handoff.cause);
}

export function entryOf({ id, time, data }: Received): NewEntry {
  return { id, from: 'person', text: data.text, at: time };
}
