/** What makes events of what a step or the router states; the engine and the simulation give them the same ids. */
import type { ContactKey, ConversationId, EventId } from '../../channels/brands.ts';
import { CATALOGUE } from '../../channels/catalogue.ts';
import { contactKeyOf, mayReach, parseAddress } from '../../channels/contact-key.ts';
import { formatSequence, type Event } from '../../channels/event.ts';
import type { ChannelName } from '../../channels/topics.ts';
import { INBOX_INPUTS } from './inputs.ts';
import { isCorrelationKey, type StateKey } from '../correlation.ts';
import type { EventData } from '../../channels/generated/events.ts';
import type { RECIPIENT_TARGETED } from './contract.ts';
import {
  CORRELATED,
  TARGETED,
  type CorrelatedData,
  type Emission,
  type RouteResult,
  type TargetedData,
} from './contract.ts';

/** An event to emit; `eventOf` adds id, source, sequence, time, routing key and causation. */
export interface OutgoingEmission {
  readonly to: ChannelName | 'inbox';
  readonly type: string;
  readonly data: unknown;
  /** Whom it concerns. */
  readonly subject?: StateKey;
  readonly conversation?: ConversationId | undefined;
  /** See hops.ts. */
  readonly hops?: number | undefined;
}

/**
 * Events that one step may emit: their sequences are the record's times this, plus their place. A step is bounded far
 * below it (dsl/limits.ts).
 */
export const OUTPUTS_MAX = 1024;

/** Where in the order of one source an event is emitted, and why. */
export interface Emitter {
  /** With the journal's generation. */
  readonly source: string;
  /** Of the record. */
  readonly sequence: number;
  /** Of the step, in milliseconds. */
  readonly now: number;
  readonly causationid: string;
}

/** The event at a place among its step's emissions: the same place gives the same id and sequence again. */
export function eventOf(emission: OutgoingEmission, place: number, emitter: Emitter): Event {
  const { to, subject } = emission;
  const sequence = emitter.sequence * OUTPUTS_MAX + place;
  const keyedByContact = to === 'inbox' || CATALOGUE[to].key === 'contact';
  return {
    specversion: '1.0',
    id: `${emitter.source}/${sequence}` as EventId,
    source: emitter.source,
    type: emission.type,
    ...(subject === undefined ? {} : { subject }),
    time: new Date(emitter.now).toISOString(),
    datacontenttype: 'application/json',
    data: emission.data,
    ...(subject !== undefined && keyedByContact ? { partitionkey: subject } : {}),
    sequence: formatSequence(sequence),
    ...(emission.conversation === undefined ? {} : { correlationid: emission.conversation }),
    causationid: emitter.causationid,
    ...(emission.hops === undefined ? {} : { parlancehops: emission.hops }),
  };
}

/**
 * What follows from an event, as channels know its cause: one of the engine's own stands for the event that it carries,
 * or for what caused it.
 */
export function causeOf(event: Event): string {
  if (!INBOX_INPUTS.has(event.type)) return event.id;
  const { event: carried } = event.data as { readonly event?: Event };
  return carried?.id ?? event.causationid ?? event.id;
}

/** Throws a TypeError for an event that names nobody: a bug of who published it. */
export function keyOfEvent(event: Event): StateKey {
  if (event.subject === undefined) throw new TypeError(`event ${event.id} of type ${event.type} names no contact`);
  return event.subject as StateKey;
}

export function contactOfEvent(event: Event): ContactKey {
  const key = keyOfEvent(event);
  if (isCorrelationKey(key)) throw new TypeError(`event ${event.id} of type ${event.type} is of no contact`);
  return key;
}

/** A step's emissions, about the contact that it stepped. */
export function outgoing(emissions: readonly Emission[], contact: ContactKey): OutgoingEmission[] {
  return emissions.map(({ channel: to, type, data, subject = contact, conversation, hops }) => {
    return { to, type, data, subject, conversation, hops };
  });
}

/** Why an event of a test starts nothing with people who may be real. */
export const OF_NOBODY = 'it is about somebody who does not exist, and would start with somebody who may';

/** The router's: one event per definition and contact that an external event concerns, and per value of it. */
export function targeted(event: Event, results: readonly RouteResult[]): OutgoingEmission[] {
  return results.map((result) => {
    if (result.kind === 'correlated') {
      const data: CorrelatedData = { event };
      return { to: 'inbox', type: CORRELATED, data, subject: result.correlation };
    }
    const { name, hash } = result.machine;
    if (result.kind === 'rejected') return rejection(event, name, result.reason);
    try {
      const address = parseAddress(result.address);
      const subject = contactKeyOf(address);
      if (!mayReach(event.subject, subject)) return rejection(event, name, OF_NOBODY);
      const data: TargetedData = { definition: name, machine: hash, address, event, bySource: true };
      return { to: 'inbox', type: TARGETED, data, subject };
    } catch (error) {
      return rejection(event, name, error instanceof Error ? error.message : String(error));
    }
  });
}

/**
 * The router's, of a broadcast's recipient, who names definition and machine already. None for an event of a time when
 * recipients did not: nobody could start it.
 */
export function recipient(event: Event): OutgoingEmission[] {
  const { definition, machine, to } = event.data as EventData[typeof RECIPIENT_TARGETED];
  if (definition === undefined || machine === undefined) return [];
  const data: TargetedData = { definition, machine, address: to, event };
  return [{ to: 'inbox', type: TARGETED, data, subject: contactKeyOf(to) }];
}

/** The router's, of a recipient for whom nothing starts. */
export function recipientSkipped(event: Event, reason: string): OutgoingEmission {
  const { broadcast, to } = event.data as EventData[typeof RECIPIENT_TARGETED];
  const data = { broadcast, to, reason };
  return { to: 'broadcasts', type: 'broadcast.recipient-skipped', data, subject: contactKeyOf(to) };
}

function rejection(event: Event, definition: string, reason: string): OutgoingEmission {
  return {
    to: 'external',
    type: 'external.rejected',
    data: { event: event.id, type: event.type, reason, definition },
  };
}
