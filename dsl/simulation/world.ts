/**
 * The platform in virtual time, around the one `step` and `route`: contacts, their deadlines, and a world outside that
 * answers at once. It has no clock and no effects: whoever drives it says what happens and how time passes. Events get
 * the ids, sources and causes that the engine gives them.
 */
import type { Address, ContactKey, CorrelationKey, EventId, Millis } from '../../channels/brands.ts';
import { catalogueEntry } from '../../channels/catalogue.ts';
import { contactKeyOf } from '../../channels/contact-key.ts';
import { formatSequence, type Event } from '../../channels/event.ts';
import { timersOf, type ContactState, type Timer } from '../contact.ts';
import { isCorrelationKey, type CorrelationState } from '../correlation.ts';
import type { Machine } from '../machine/machine.ts';
import { machinesOf } from '../machines.ts';
import { RECIPIENT_TARGETED, type Machines, type StepInput } from '../step/contract.ts';
import { correlate, forget } from '../step/correlate.ts';
import { DATA_INPUTS, MESSAGING_INPUTS } from '../step/inputs.ts';
import {
  causeOf,
  contactOfEvent,
  eventOf,
  keyOfEvent,
  outgoing,
  recipient,
  targeted,
  type OutgoingEmission,
} from '../step/outgoing.ts';
import { route } from '../step/route.ts';
import { step } from '../step/step.ts';
import type { Trace } from '../step/trace.ts';
import { answerEvent, type Answer, type Answers, type DataRequest } from './answers.ts';

export interface WorldOptions {
  readonly machines: readonly Machine[];
  readonly now: Millis;
  /** People who are known before anything happens; their first address gives the key. */
  readonly contacts?: readonly KnownContact[];
  readonly answers?: Answers;
  /** `at-once`: what is requested is sent in the same instant. `by-hand`: whoever drives the world states receipts. */
  readonly receipts?: 'at-once' | 'by-hand';
  readonly trace?: Trace;
  /** Time passes for people only: values remember their events for as long as the world lasts. */
  readonly valuesStandStill?: boolean;
}

export type KnownContact = { readonly addresses: readonly Address[] } & Omit<
  Partial<ContactState>,
  'key' | 'addresses' | 'conversations'
>;

/** What comes from outside. `subject`: the contact, where the event is of a person's. */
export interface Incoming {
  readonly type: string;
  readonly data: unknown;
  readonly subject?: ContactKey;
  readonly id?: string;
  readonly source?: string;
}

interface Pending {
  readonly due: number;
  readonly incoming: Incoming;
  readonly cause: string;
}

const CONNECTORS = '/connectors/simulation';
const OUTSIDE = '/outside/simulation';
const ENGINE = '/engine/simulation/0/0';
const ROUTER = '/router/simulation/0/0';
/** Events that follow from one another in one instant: where each leads to several more, the limit of a row is too far. */
const MAX_EVENTS_PER_INSTANT = 10_000;

/** Thrown where definitions start each other again and again with no person and no delay in between. */
export class EndlessEvents extends RangeError {
  constructor() {
    super('the definitions start one another without end');
  }
}

export class World {
  readonly machines: Machines;
  private readonly options: WorldOptions;
  private readonly states = new Map<ContactKey, ContactState>();
  private readonly values = new Map<CorrelationKey, CorrelationState>();
  private readonly keys = new Map<Address, ContactKey>();
  /** Key that a further address of a known contact would give → their key. */
  private readonly aliases = new Map<ContactKey, ContactKey>();
  private answers: Map<string, Answer>;
  private log: Event[] = [];
  private pending: Pending[] = [];
  private time: Millis;
  private records = 0;
  private incoming = 0;

  constructor(options: WorldOptions, machines: Machines = machinesOf(options.machines)) {
    this.options = options;
    this.machines = machines;
    this.time = options.now;
    this.answers = new Map(Object.entries(options.answers ?? {}));
    for (const { addresses, ...known } of options.contacts ?? []) {
      const [first] = addresses;
      if (first === undefined) throw new RangeError('a contact needs an address');
      const key = contactKeyOf(first);
      for (const address of addresses) this.join(address, key);
      this.states.set(key, { key, addresses, conversations: [], ...known });
    }
  }

  get now(): Millis {
    return this.time;
  }

  /** Everything that happened, on whatever channel, in order. */
  get events(): readonly Event[] {
    return this.log;
  }

  /** Of whom an address is: known, or new. */
  contactOf(address: Address): ContactKey {
    return this.keys.get(address) ?? contactKeyOf(address);
  }

  state(contact: ContactKey): ContactState | undefined {
    return this.states.get(contact);
  }

  /** In the order in which they were first seen. */
  get contacts(): readonly ContactState[] {
    return [...this.states.values()];
  }

  /** From now on the source answers so. */
  answer(source: string, answer: Answer): void {
    this.answers.set(source, answer);
  }

  /** Something comes from outside, and everything that follows from it happens. Returns the event. */
  receive(incoming: Incoming): Event {
    const event = this.eventFrom(incoming);
    this.settle([event]);
    return event;
  }

  /** Time passes; what falls due on the way happens at its own time, answers before deadlines of the same instant. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const answer = this.nextPending();
      const deadline = this.nextDeadline();
      const due = Math.min(answer?.due ?? Infinity, deadline?.timer.due ?? Infinity);
      if (due > end) break;
      this.time = Math.max(this.time, due) as Millis;
      if (answer && answer.due === due) {
        this.pending = this.pending.filter((other) => other !== answer);
        this.settle([this.eventFrom(answer.incoming, answer.cause)]);
      } else if (deadline) {
        const { contact, timer } = deadline;
        this.settle(this.apply(contact, { kind: 'timer', timer }, `${timer.conversation}/${timer.id}`));
      }
    }
    this.time = end as Millis;
  }

  /** Milliseconds until something happens by itself; undefined where nothing ever does. */
  get idleMs(): number | undefined {
    const due = Math.min(this.nextPending()?.due ?? Infinity, this.nextDeadline()?.timer.due ?? Infinity);
    return due === Infinity ? undefined : Math.max(0, due - this.time);
  }

  /** Another world that goes on from here. */
  fork(trace?: Trace): World {
    const world = new World({ ...this.options, contacts: [], ...(trace ? { trace } : {}) }, this.machines);
    for (const [key, state] of this.states) world.states.set(key, state);
    for (const [key, state] of this.values) world.values.set(key, state);
    for (const [address, key] of this.keys) world.join(address, key);
    world.answers = new Map(this.answers);
    world.log = [...this.log];
    world.pending = [...this.pending];
    world.time = this.time;
    world.records = this.records;
    world.incoming = this.incoming;
    return world;
  }

  private settle(first: readonly Event[]): void {
    const queue = [...first];
    for (let at = 0; at < queue.length; at += 1) {
      if (at > MAX_EVENTS_PER_INSTANT) throw new EndlessEvents();
      const event = queue[at];
      if (event) queue.push(...this.publish(event));
    }
  }

  /** Puts an event on its channel and gives it to who listens there; returns what follows. */
  private publish(event: Event): readonly Event[] {
    const channel = catalogueEntry(event.type)?.channel ?? 'external';
    this.log.push(event);
    if (channel === 'external' && event.type !== 'external.rejected') return this.routed(event);
    if (event.type === RECIPIENT_TARGETED) return this.routedBy(event, recipient(event));
    if (this.isInput(event.type)) {
      return this.apply(contactOfEvent(event), { kind: 'event', event }, causeOf(event));
    }
    return this.outside(event);
  }

  private isInput(type: string): boolean {
    return MESSAGING_INPUTS.has(type) || DATA_INPUTS.has(type);
  }

  private routed(event: Event): readonly Event[] {
    return this.routedBy(event, targeted(event, route(this.machines, event)));
  }

  private routedBy(event: Event, emissions: readonly OutgoingEmission[]): readonly Event[] {
    const { events, inbox } = this.emit(emissions, ROUTER, event.id);
    return [...events, ...inbox.flatMap((one) => this.deliver(one))];
  }

  /** The inbox is the engine's own: on no channel, so not on record. */
  private deliver(event: Event): readonly Event[] {
    const subject = keyOfEvent(event);
    if (isCorrelationKey(subject)) return this.correlate(subject, event);
    return this.apply(this.aliases.get(subject) ?? subject, { kind: 'event', event }, causeOf(event));
  }

  private join(address: Address, key: ContactKey): void {
    this.keys.set(address, key);
    this.aliases.set(contactKeyOf(address), key);
  }

  private apply(contact: ContactKey, input: StepInput, cause: string): readonly Event[] {
    const { trace } = this.options;
    const context = { contact, now: this.time, ...(trace ? { trace } : {}) };
    const { state, emissions } = step(this.machines, this.states.get(contact), input, context);
    if (state) this.remember(state);
    const { events, inbox } = this.emit(outgoing(emissions, contact), ENGINE, cause);
    return [...events, ...inbox.flatMap((one) => this.deliver(one))];
  }

  private correlate(key: CorrelationKey, event: Event): readonly Event[] {
    const now = this.options.valuesStandStill === true ? this.options.now : this.time;
    const { state, emissions } = correlate(key, forget(this.values.get(key), now).state, event, now);
    if (state) this.values.set(key, state);
    else this.values.delete(key);
    const { events, inbox } = this.emit(emissions, ENGINE, causeOf(event));
    return [...events, ...inbox.flatMap((one) => this.deliver(one))];
  }

  private remember(state: ContactState): void {
    this.states.set(state.key, state);
    for (const address of state.addresses) if (!this.keys.has(address)) this.join(address, state.key);
  }

  private emit(
    emissions: readonly OutgoingEmission[],
    source: string,
    causationid: string,
  ): { readonly events: readonly Event[]; readonly inbox: readonly Event[] } {
    if (emissions.length > 0) this.records += 1;
    const emitter = { source, sequence: this.records, now: this.time, causationid };
    const events: Event[] = [];
    const inbox: Event[] = [];
    emissions.forEach((emission, place) => {
      (emission.to === 'inbox' ? inbox : events).push(eventOf(emission, place, emitter));
    });
    return { events, inbox };
  }

  /** The world's answers to what the engine asks of it. */
  private outside(event: Event): readonly Event[] {
    const subject = event.subject === undefined ? {} : { subject: contactOfEvent(event) };
    if (event.type === 'message.requested' && this.options.receipts !== 'by-hand') {
      const { message, connector, to } = event.data as { message: string; connector: string; to: string };
      return [this.eventFrom({ type: 'message.sent', data: { message, connector, to }, ...subject }, event.id)];
    }
    if (event.type === 'data.requested') {
      const request = event.data as DataRequest;
      const answer = this.answers.get(request.source);
      const incoming = { ...answerEvent(request, answer), ...subject };
      const afterMs = answer?.afterMs ?? 0;
      if (afterMs === 0) return [this.eventFrom(incoming, event.id)];
      this.pending.push({ due: this.time + afterMs, incoming, cause: event.id });
    }
    return [];
  }

  private eventFrom({ type, data, subject, id, source }: Incoming, cause?: string): Event {
    this.incoming += 1;
    const isOwn = catalogueEntry(type) === undefined;
    return {
      specversion: '1.0',
      id: (id ?? `in-${this.incoming}`) as EventId,
      source: source ?? (isOwn ? OUTSIDE : CONNECTORS),
      type,
      ...(subject === undefined ? {} : { subject, partitionkey: subject }),
      time: new Date(this.time).toISOString(),
      datacontenttype: 'application/json',
      data,
      sequence: formatSequence(this.incoming),
      ...(cause === undefined ? {} : { causationid: cause }),
    };
  }

  private nextPending(): Pending | undefined {
    let next: Pending | undefined;
    for (const one of this.pending) if (!next || one.due < next.due) next = one;
    return next;
  }

  private nextDeadline(): { readonly contact: ContactKey; readonly timer: Timer } | undefined {
    let next: { readonly contact: ContactKey; readonly timer: Timer } | undefined;
    for (const state of this.states.values()) {
      for (const timer of timersOf(state))
        if (!next || timer.due < next.timer.due) next = { contact: state.key, timer };
    }
    return next;
  }
}
