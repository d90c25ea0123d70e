/**
 * The pure step: `step(machines, state, input, context)` → the contact's next state and what follows from it. No I/O, no
 * clock, no randomness. The engine, the simulator, scenario tests, replay and the prover all call this one function.
 */
import type { ContactKey, ConversationId, CorrelationKey, MachineHash, Millis } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import type { ChannelName } from '../../channels/topics.ts';
import type { ContactState, Timer } from '../contact.ts';
import type { Expression } from '../machine/expressions.ts';
import type { Machine } from '../machine/machine.ts';
import type { Trace } from './trace.ts';

/** Every machine that a running conversation may be on, and the newest of each definition, which starts new ones. */
export interface Machines {
  byHash(hash: MachineHash): Machine | undefined;
  /** By what events of a type are told apart, in whatever version: conversations of each may wait. */
  correlations(type: string): readonly Correlation[];
  /** Newest version of each active definition, in the order of their names. */
  active(): readonly Machine[];
}

/** A value of events that some definition waits for. */
export interface Correlation {
  readonly type: string;
  readonly key: Expression;
  /** One that has the expression. */
  readonly machine: Machine;
}

export type StepInput =
  /** An event of the contact's own: `message.*`, `data.*`, or one from the engine's inbox. */
  | { readonly kind: 'event'; readonly event: Event }
  /** A deadline of this contact that has passed. One that no conversation waits for any more changes nothing. */
  | { readonly kind: 'timer'; readonly timer: Timer };

export interface StepContext {
  readonly contact: ContactKey;
  /** The platform's time. Monotone per contact, also across owners of the partition. */
  readonly now: Millis;
  /** What the company calls itself, for what the platform says by itself. */
  readonly company?: string;
  /** Told what is passed through, for coverage; the step does not depend on it. */
  readonly trace?: Trace;
}

/** An event as the step states it; the engine adds id, source, sequence, time, subject, routing key and causation. */
export interface Emission {
  /** `inbox`: for the engine itself, where events with a value come together. */
  readonly channel: ChannelName | 'inbox';
  readonly type: string;
  /** Where it is not about the contact. */
  readonly subject?: CorrelationKey;
  readonly data: unknown;
  readonly conversation?: ConversationId;
  /** See hops.ts. */
  readonly hops?: number;
}

export interface StepResult {
  /** The same object as before where nothing changed. */
  readonly state: ContactState | undefined;
  /** In the order in which they happened. */
  readonly emissions: readonly Emission[];
  /** A message that nobody but this parked conversation may take: nothing changed. */
  readonly forParked?: ConversationId;
}

export type Step = (
  machines: Machines,
  state: ContactState | undefined,
  input: StepInput,
  context: StepContext,
) => StepResult;

/**
 * What the router asks of definitions: whom an external event starts, and on what values of it others may wait.
 * Evaluates only a start's `when` filter and `contact` expression, and the keys of waits; the rest is the step's.
 */
export type Route = (machines: Machines, event: Event) => readonly RouteResult[];

export type RouteResult =
  | { readonly kind: 'target'; readonly machine: Machine; readonly address: string }
  | { readonly kind: 'correlated'; readonly correlation: CorrelationKey }
  /** The definition's expression failed on this event: recorded as `external.rejected`. */
  | { readonly kind: 'rejected'; readonly machine: Machine; readonly reason: string };

/** Type of the router's output into the inbox; `data` is `TargetedData`. Internal: it is on no channel. */
export const TARGETED = 'targeted';

/** Of the channel `broadcasts`, what concerns a contact: a conversation is to start. The router targets it too. */
export const RECIPIENT_TARGETED = 'broadcast.recipient-targeted';

export interface TargetedData {
  readonly definition: string;
  readonly machine: MachineHash;
  readonly address: string;
  /** The external event, or the recipient of a broadcast, as it was published. */
  readonly event: Event;
  /**
   * What starts is named after the event's source and id: only together they tell it from all others (CloudEvents 1.0.2,
   * "id"). Absent in events of a time when the id alone named it, so that these name again what they named.
   */
  readonly bySource?: true;
}

/** An external event, for whatever waits for a value of it; the router emits it, keyed by that value. */
export const CORRELATED = 'correlated';

/** A conversation begins to wait for a value, and ends; keyed by the value. */
export const AWAITED = 'awaited';
export const AWAITED_NO_MORE = 'awaited-no-more';

/** An event that a conversation waits for; and that it can not wait, since too many do. Keyed by the contact. */
export const MATCHED = 'matched';
export const AWAIT_REFUSED = 'await-refused';

/** More of what was kept for a parked conversation than one step tries. Keyed by the contact. */
export const KEPT_LEFT = 'kept-left';

export interface KeptLeftData {
  readonly conversation: ConversationId;
}

export interface CorrelatedData {
  readonly event: Event;
  /** Who waits under this number or a higher one has got it. */
  readonly before?: number;
}

export interface AwaitedData {
  readonly contact: ContactKey;
  readonly conversation: ConversationId;
  /** Of the `Awaiting`. */
  readonly awaiting: string;
}

export interface MatchedData {
  readonly conversation: ConversationId;
  readonly awaiting: string;
  readonly correlation: CorrelationKey;
  readonly event: Event;
}

export interface AwaitRefusedData {
  readonly conversation: ConversationId;
  readonly awaiting: string;
  readonly reason: string;
}
