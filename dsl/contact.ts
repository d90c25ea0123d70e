import type { EventData } from '../channels/generated/events.ts';
import type { Address, ContactKey, ConversationId, CorrelationKey, MachineHash, Millis } from '../channels/brands.ts';
import type { Event } from '../channels/event.ts';
import type { Json, JsonObject } from './json.ts';

/** Everything that the engine keeps about one person. Bounded: history lives in the store. */
export interface ContactState {
  readonly key: ContactKey;
  readonly addresses: readonly Address[];
  /** Open ones, in the order in which they started. */
  readonly conversations: readonly ConversationState[];
  /** Starts that wait until the connector is free, in the order in which they came. */
  readonly queued?: readonly QueuedStart[];
  /** BCP 47. */
  readonly locale?: string;
  /** IANA. */
  readonly zone?: string;
  /** What the project declares of people and somebody has set. */
  readonly attributes?: JsonObject;
  /** Messages that wait until they may leave, in the order in which they were said. */
  readonly held?: readonly HeldMessage[];
  /** When messages that answered nothing left, newest last: what caps count. */
  readonly unprompted?: readonly Millis[];
  /** Connectors on which the person wants no messages. */
  readonly optedOut?: readonly string[];
  /** Hashed ids of the newest messages and events from outside, oldest first: what repeats one changes nothing. */
  readonly seen?: readonly string[];
  /**
   * Of somebody who does not exist, where a test let time pass for them: all times of this state are so many milliseconds
   * ahead of the platform's; below 0, behind. See step/pass-time.ts.
   */
  readonly aheadMs?: number;
}

/** A conversation that is to start once no other is open on its connector. */
export interface QueuedStart {
  readonly machine: MachineHash;
  readonly definition: string;
  /** Index among the machine's. */
  readonly start: number;
  readonly connector: string;
  readonly to: Address;
  readonly locale: string;
  readonly inputs: JsonObject;
  readonly trigger: Trigger;
  readonly key?: string;
  /** What the person wrote, where that starts it. */
  readonly opening?: Written;
  readonly since: Millis;
}

/** What starts a conversation. */
export interface Trigger {
  readonly type: string;
  readonly id: string;
  /** Of an event of the customer's own. */
  readonly source?: string;
  /** See `TargetedData` in step/contract.ts. */
  readonly bySource?: true;
}

/** It outlives its conversation, unless that is cancelled. */
export interface HeldMessage {
  readonly conversation: ConversationId;
  readonly machine: MachineHash;
  /** Of the message within its conversation. */
  readonly number: number;
  readonly request: EventData['message.requested'];
  readonly since: Millis;
  readonly until: Millis;
}

/** One conversation under way. It always waits: between two inputs nothing runs. */
export interface ConversationState {
  readonly id: ConversationId;
  readonly timers: readonly Timer[];
  readonly definition: string;
  readonly machine: MachineHash;
  readonly connector: string;
  readonly to: Address;
  /** One of the machine's. */
  readonly locale: string;
  readonly startedAt: Millis;
  /** Tells it from others of the definition that are open with the person. */
  readonly key?: string;
  /** The flow that runs is the last; those before it rest at their call. */
  readonly frames: readonly Frame[];
  /** The message that started it, where one did. */
  readonly opening?: Written;
  /** The newest reply. */
  readonly reply?: Written;
  readonly wait: Wait;
  /** Messages requested so far: the newest is `<id>/m<messages>`. */
  readonly messages: number;
  /** Data requests so far: the newest is `<id>/d<requests>`. */
  readonly requests?: number;
  /** Waits for events so far: the newest is `<id>/w<awaits>`. */
  readonly awaits?: number;
  /** Events that it waits for and that came while an interrupt is at work, in that order: taken once it has ended. */
  readonly setAside?: readonly SetAside[];
  /** Timers set so far. */
  readonly timersSet: number;
  /** What is left of waiting for people; exact while no lifetime timer runs. */
  readonly lifetimeLeftMs: number;
  /** Hand-offs so far: the newest is `<id>/h<handoffs>`. */
  readonly handoffs?: number;
  /** Of the customer's own event behind what it did last; absent where a person or a clock was. See step/hops.ts. */
  readonly hops?: number;
  /** How often `failed` has handled a failure. */
  readonly failures?: number;
  /** It rests until an operator decides: see step/parking.ts. */
  readonly parked?: Parked;
}

/** Why a conversation rests, and what came for it since. */
export interface Parked {
  readonly since: Millis;
  readonly code: string;
  readonly reason: string;
  /** Of the event or deadline that stopped it. */
  readonly input: string;
  /** In the order in which they came; the event that stopped it is the first. */
  readonly kept: readonly Event[];
}

/** What a person wrote. */
export interface Written {
  readonly text: string;
  readonly at: Millis;
}

/** One flow under way. */
export interface Frame {
  readonly flow: string;
  readonly inputs: JsonObject;
  readonly vars: JsonObject;
  /** Node of the call at which it rests, while another runs above it. */
  readonly at?: number;
  /** Rounds begun of each loop under way, by node index. */
  readonly rounds?: Readonly<Record<string, number>>;
  /** Of its interrupts by events, in their order. */
  readonly awaited?: Awaiting;
  /** What an interrupt of this flow interrupted. */
  readonly interrupted?: Interrupted;
  /** Answers of data sources, by name. */
  readonly data?: Readonly<Record<string, JsonObject>>;
  /** How the newest fetch failed, where it did. */
  readonly failure?: DataFailure;
  /** What the newest call returned. */
  readonly result?: JsonObject;
  /** Node index → how often a jump went there. */
  readonly visits?: Readonly<Record<string, number>>;
}

/** What waits while an interrupt is at work. */
export interface Interrupted {
  readonly wait: Wait;
  /** Flows above the interrupted one, and the call at which it rested. */
  readonly above: readonly Frame[];
  readonly at?: number;
  /** What was left of the reply clock where the interrupt waits itself; until then the clock goes on. */
  readonly leftMs?: number;
  /** What came meanwhile, where it waits for data. */
  readonly answer?: DataAnswer;
  /** Why the question that it waits with can not be delivered, where that came meanwhile. */
  readonly undeliverable?: string;
}

export interface DataFailure {
  readonly code: string;
  readonly reason: string;
  readonly status?: number;
}

export type DataAnswer = { readonly value: Json } | { readonly failure: DataFailure };

/** What is waited for elsewhere, where events with a value come together: see correlation.ts. */
export interface Awaiting {
  readonly id: string;
  /** In the order of the machine's entries. */
  readonly values: readonly AwaitedValue[];
}

export interface AwaitedValue {
  readonly correlation: CorrelationKey;
  /** What events are to have; kept for people to see. */
  readonly value: string;
}

/** An event for something that waits. */
export interface SetAside {
  /** Of the `Awaiting`. */
  readonly awaiting: string;
  readonly correlation: CorrelationKey;
  readonly event: Event;
}

export type Wait = ReplyWait | DelayWait | DataWait | HandoffWait | EventWait;

export interface ReplyWait {
  readonly for: 'reply';
  /** Index of the `ask`, in the flow that runs. */
  readonly node: number;
  /** Time-outs so far. */
  readonly stage: number;
  /** Replies so far that did not fit. */
  readonly misses: number;
  readonly withinMs: number;
  /** When it began to wait: of several questions the newest is answered first. */
  readonly since: Millis;
  /** The clock starts when that message was delivered. */
  readonly from?: 'delivered';
  /** Of the choices, folded, as they were said last; only where a label has expressions. */
  readonly labels?: readonly string[];
  /** Number of the message whose sending starts the clock; absent where nothing was said. */
  readonly message?: number;
  /** The clock, once it runs. */
  readonly timer?: string;
}

export interface DelayWait {
  readonly for: 'delay';
  readonly node: number;
  readonly since: Millis;
  readonly timer: string;
}

export interface DataWait {
  readonly for: 'data';
  readonly node: number;
  readonly since: Millis;
  readonly request: string;
  /** After it, no answer is expected any more. */
  readonly timer: string;
}

/** People of ours take care of the person. */
export interface HandoffWait {
  readonly for: 'handoff';
  readonly node: number;
  /** Messages that come later are theirs. */
  readonly since: Millis;
  /** Until when somebody is to take it, while nobody has. */
  readonly timer?: string;
  /** Its id: what the desk says of another is too late. Absent where it began before hand-offs had one. */
  readonly handoff?: string;
}

export interface EventWait {
  readonly for: 'event';
  readonly node: number;
  readonly since: Millis;
  readonly awaiting: Awaiting;
  /** Where all are waited for: indices of those that have come. */
  readonly came: readonly number[];
  readonly timer: string;
}

/** An absolute deadline inside the contact's state. */
export interface Timer {
  readonly conversation: ConversationId;
  /** Unique within the conversation, never used twice. */
  readonly id: string;
  readonly due: Millis;
}

/**
 * All deadlines of a contact that may pass, by the platform's time: what the engine indexes by due time. Those of what is
 * parked may not.
 */
export function timersOf(state: ContactState | undefined): readonly Timer[] {
  if (!state) return [];
  const { aheadMs } = state;
  const timers = ownTimersOf(state);
  return aheadMs === undefined ? timers : timers.map((timer) => ({ ...timer, due: (timer.due - aheadMs) as Millis }));
}

function ownTimersOf(state: ContactState): readonly Timer[] {
  const timers = state.conversations.flatMap(({ timers: own, parked }) => (parked ? [] : own));
  if (!state.held) return timers;
  const parked = new Set(state.conversations.filter((conversation) => conversation.parked).map(({ id }) => id));
  return [...timers, ...state.held.filter(({ conversation }) => !parked.has(conversation)).map(heldTimerOf)];
}

/** When a held message is to leave. Among a conversation's timers no other has such an id. */
export function heldTimerOf({ conversation, number, until }: HeldMessage): Timer {
  return { conversation, id: `held-${number.toString()}`, due: until };
}
