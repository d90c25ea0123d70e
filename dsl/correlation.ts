/**
 * Where conversations that wait for a value meet the events that have it: the state of one value. It is kept on the
 * value's own partition, since nobody knows beforehand which people an event concerns.
 */
import { createHash } from 'node:crypto';
import type { ContactKey, ConversationId, CorrelationKey, Millis } from '../channels/brands.ts';
import type { Event } from '../channels/event.ts';
import { timersOf, type ContactState, type Timer } from './contact.ts';
import { MAX_KEY_CHARACTERS } from './limits.ts';
import type { AwaitedEvent } from './machine/nodes.ts';

export interface CorrelationState {
  readonly key: CorrelationKey;
  /** In the order in which they began. */
  readonly waits: readonly Waiting[];
  /** The newest events, oldest first: who begins to wait a little later gets them too. */
  readonly recent: readonly RecentEvent[];
}

export interface Waiting {
  readonly contact: ContactKey;
  readonly conversation: ConversationId;
  /** Of the `Awaiting`. */
  readonly awaiting: string;
  /** Rises. */
  readonly number: number;
}

export interface RecentEvent {
  readonly event: Event;
  readonly until: Millis;
}

/** When the oldest event of a value is to be forgotten. */
export interface CorrelationTimer {
  readonly correlation: CorrelationKey;
  readonly due: Millis;
}

/** All that a partition keeps states of. */
export type StateKey = ContactKey | CorrelationKey;
export type KeptState = ContactState | CorrelationState;
export type Deadline = Timer | CorrelationTimer;

const PREFIX = 'e-';

/** 128 bits of the SHA-256, as of contacts: values, which may be people's, stand in no key. */
export function correlationKeyOf({ type, key }: Pick<AwaitedEvent, 'type' | 'key'>, value: string): CorrelationKey {
  const content = JSON.stringify([type, key, value.slice(0, MAX_KEY_CHARACTERS)]);
  return `${PREFIX}${createHash('sha256').update(content).digest('hex').slice(0, 32)}` as CorrelationKey;
}

export function isCorrelationKey(key: StateKey): key is CorrelationKey {
  return key.startsWith(PREFIX);
}

/** Of a contact's key. Throws where it is a value's state. */
export function contactState(state: KeptState | undefined): ContactState | undefined {
  if (state && isOfValue(state)) throw new TypeError(`the state of ${state.key} is no contact's`);
  return state;
}

/** Of a value's key. Throws where it is a contact's state. */
export function valueState(state: KeptState | undefined): CorrelationState | undefined {
  if (state && !isOfValue(state)) throw new TypeError(`the state of ${state.key} is no value's`);
  return state;
}

function isOfValue(state: KeptState): state is CorrelationState {
  return 'waits' in state;
}

/** What the engine indexes by due time. */
export function deadlinesOf(state: KeptState | undefined): readonly Deadline[] {
  if (!state || !isOfValue(state)) return timersOf(state);
  const [oldest] = state.recent;
  return oldest ? [{ correlation: state.key, due: oldest.until }] : [];
}

/** Tells a deadline from all others of the partition, together with its time. */
export function deadlineId(deadline: Deadline): string {
  return 'correlation' in deadline ? `${deadline.correlation}/recent` : `${deadline.conversation}/${deadline.id}`;
}
