/**
 * The pure step of one value: events with it and conversations that wait for it, in whatever order they come. An event
 * that came shortly before a wait began reaches it too, so that it is never lost on the way between two partitions.
 */
import type { CorrelationKey, Millis } from '../../channels/brands.ts';
import { mayReach } from '../../channels/contact-key.ts';
import type { Event } from '../../channels/event.ts';
import type { CorrelationState } from '../correlation.ts';
import {
  MAX_FORWARDED,
  MAX_FORWARDED_BYTES,
  MAX_RECENT_BYTES,
  MAX_RECENT_EVENTS,
  MAX_WAITS_PER_VALUE,
  RECENT_EVENTS_MS,
} from '../limits.ts';
import {
  AWAITED,
  AWAITED_NO_MORE,
  AWAIT_REFUSED,
  CORRELATED,
  MATCHED,
  type AwaitedData,
  type AwaitRefusedData,
  type CorrelatedData,
  type MatchedData,
} from './contract.ts';
import type { OutgoingEmission } from './outgoing.ts';

export interface Correlated {
  /** The same object as before where nothing changed; undefined where there is nothing to keep. */
  readonly state: CorrelationState | undefined;
  readonly emissions: readonly OutgoingEmission[];
}

/** Throws a TypeError for an event that is none of these. */
export function correlate(
  key: CorrelationKey,
  before: CorrelationState | undefined,
  input: Event,
  now: Millis,
): Correlated {
  const state = before ?? { key, waits: [], recent: [] };
  switch (input.type) {
    case CORRELATED:
      return arrive(state, input.data as CorrelatedData, now);
    case AWAITED:
      return beginWait(state, input.data as AwaitedData, now);
    case AWAITED_NO_MORE:
      return endWait(before, input.data as AwaitedData);
    default:
      throw new TypeError(`${input.type} concerns no value`);
  }
}

/** The time of the oldest event has passed. */
export function forget(before: CorrelationState | undefined, now: Millis): Correlated {
  if (!before) return { state: before, emissions: [] };
  const recent = before.recent.filter(({ until }) => until > now);
  return { state: recent.length === before.recent.length ? before : kept({ ...before, recent }), emissions: [] };
}

function arrive(state: CorrelationState, { event, before }: CorrelatedData, now: Millis): Correlated {
  if (before !== undefined) return { state: kept(state), emissions: forward(state, event, before) };
  const recent = state.recent.filter(({ until }) => until > now);
  // A customer sends again what they are not sure of.
  if (recent.some((one) => one.event.id === event.id && one.event.source === event.source))
    return { state, emissions: [] };
  const all = [...recent, { event, until: (now + RECENT_EVENTS_MS) as Millis }];
  const fitting = all.slice(-MAX_RECENT_EVENTS);
  while (fitting.length > 1 && JSON.stringify(fitting).length > MAX_RECENT_BYTES) fitting.shift();
  return { state: { ...state, recent: fitting }, emissions: forward(state, event, Infinity) };
}

/**
 * The newest wait first: of a conversation's, that is the innermost. To as many as one record holds; the rest is another
 * step's, so that a large event for many does not burst it.
 */
function forward({ key, waits }: CorrelationState, event: Event, before: number): readonly OutgoingEmission[] {
  const left = waits.filter(({ number, contact }) => number < before && mayReach(event.subject, contact)).reverse();
  const most = Math.max(1, Math.min(MAX_FORWARDED, Math.floor(MAX_FORWARDED_BYTES / JSON.stringify(event).length)));
  const now = left.slice(0, most);
  const emissions = now.map((wait) => matched(key, wait, event));
  const last = now.at(-1);
  if (!last || left.length === now.length) return emissions;
  const rest: CorrelatedData = { event, before: last.number };
  return [...emissions, { to: 'inbox', type: CORRELATED, data: rest, subject: key }];
}

function beginWait(state: CorrelationState, wait: AwaitedData, now: Millis): Correlated {
  if (state.waits.some((other) => isSame(other, wait))) return { state, emissions: [] };
  if (state.waits.length >= MAX_WAITS_PER_VALUE) {
    const { contact: subject, conversation, awaiting } = wait;
    const reason = `${MAX_WAITS_PER_VALUE.toString()} conversations wait for the same value already`;
    const data: AwaitRefusedData = { conversation, awaiting, reason };
    return { state: kept(state), emissions: [{ to: 'inbox', type: AWAIT_REFUSED, data, subject, conversation }] };
  }
  const recent = state.recent.filter(({ until }) => until > now);
  const number = (state.waits.at(-1)?.number ?? 0) + 1;
  return {
    state: { ...state, waits: [...state.waits, { ...wait, number }], recent },
    emissions: recent
      .filter(({ event }) => mayReach(event.subject, wait.contact))
      .map(({ event }) => matched(state.key, wait, event)),
  };
}

function endWait(state: CorrelationState | undefined, wait: AwaitedData): Correlated {
  if (!state) return { state, emissions: [] };
  const waits = state.waits.filter((other) => !isSame(other, wait));
  return { state: waits.length === state.waits.length ? state : kept({ ...state, waits }), emissions: [] };
}

function matched(
  correlation: CorrelationKey,
  { contact, conversation, awaiting }: AwaitedData,
  event: Event,
): OutgoingEmission {
  const data: MatchedData = { conversation, awaiting, correlation, event };
  return { to: 'inbox', type: MATCHED, data, subject: contact, conversation };
}

function isSame(one: AwaitedData, other: AwaitedData): boolean {
  return one.awaiting === other.awaiting;
}

function kept(state: CorrelationState): CorrelationState | undefined {
  return state.waits.length === 0 && state.recent.length === 0 ? undefined : state;
}
