/**
 * The recorded traffic of one person through changed definitions, in virtual time. What they and the customer's systems
 * did is taken from the record, each at its moment. Deadlines are not: they follow from the changed machine.
 */
import type { EventId, Millis } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import type { EventData } from '../../channels/generated/events.ts';
import type { ConversationState, Timer } from '../../dsl/contact.ts';
import { AWAIT_REFUSED, AWAITED, MATCHED, TARGETED, type MatchedData } from '../../dsl/step/contract.ts';
import { awaitsOf } from '../../dsl/step/awaits.ts';
import type { OutgoingEmission } from '../../dsl/step/outgoing.ts';
import type { ContactPlay } from './contact-play.ts';
import type { Control } from './control.ts';
import { RecordedAnswers } from './recorded-answers.ts';
import type { Basis, RecordedStep } from './recorded.ts';
import type { ReplacedDefinitions } from './replaced.ts';
import { stateNames } from './state-names.ts';

/** What a conversation waits for that nobody was asked, so that nothing on record can answer it. */
export type Lack = 'reply' | 'data' | 'event' | 'hand-off';

interface Pending {
  readonly due: number;
  readonly event: Event;
}

/** Happenings between two recorded steps: definitions that start each other have no end. */
const MAX_OWN_HAPPENINGS = 2000;

export class ChangedPlay {
  readonly play: ContactPlay;
  readonly #control: Control;
  readonly #replaced: ReplacedDefinitions;
  readonly #steps: readonly RecordedStep[];
  readonly #answers: RecordedAnswers;
  /** Messages that were requested at the same step as on record: their receipts are on record too. */
  readonly #sharedMessages = new Set<string>();
  /** Recorded request → that of this play which it answers. */
  readonly #asked = new Map<string, string>();
  readonly #used = new Set<string>();
  #pending: Pending[] = [];
  /** Conversations that wait for what the record does not have. */
  readonly #lacking = new Map<string, Lack>();
  /** Values of events for which the recorded conversations waited. */
  readonly #awaitedOnRecord = new Set<string>();
  #index = 0;
  #now: Millis = 0 as Millis;
  #made = 0;

  constructor(
    play: ContactPlay,
    control: Control,
    { replaced, steps }: { readonly replaced: ReplacedDefinitions; readonly steps: readonly RecordedStep[] },
  ) {
    this.play = play;
    this.#control = control;
    this.#replaced = replaced;
    this.#steps = steps;
    this.#answers = new RecordedAnswers(steps);
  }

  lackOf(conversation: string): Lack | undefined {
    const found = this.#lacking.get(conversation);
    if (found) return found;
    const open = this.play.state?.conversations.find(({ id }) => id === conversation);
    return open && this.#lackIn(open);
  }

  /** Nothing has changed yet: it is where the control is. */
  mirror(given: readonly OutgoingEmission[]): void {
    this.play.become(this.#control.play);
    for (const { type, data } of given) {
      if (type === 'message.requested') this.#sharedMessages.add((data as EventData['message.requested']).message);
      if (type !== 'data.requested') continue;
      const { request } = data as EventData['data.requested'];
      this.#asked.set(request, request);
    }
  }

  /** What happens by itself before the recorded step: call it while the control stands before it, too. */
  catchUp(index: number): void {
    const step = this.#steps[index];
    if (!step) return;
    this.#index = index;
    const { input, now, basis } = step;
    this.#runTo(input.kind === 'event' ? (Math.min(now, input.publishedAt) as Millis) : now, basis);
  }

  /** What happens by itself after the last recorded step. */
  finish(until: Millis): void {
    const last = this.#steps.at(-1);
    this.#index = this.#steps.length;
    if (last) this.#runTo(until, last.basis);
  }

  /** Time passes. Deadlines that the recorded conversation has too wait for their recorded moment. */
  #runTo(until: Millis, recorded: Basis): void {
    const basis = this.#changed(recorded, false);
    for (let count = 0; count < MAX_OWN_HAPPENINGS; count += 1) {
      const answer = this.#nextPending();
      const timer = this.#nextOwnTimer();
      const due = Math.min(answer?.due ?? Infinity, timer?.due ?? Infinity);
      if (due > until) return;
      if (answer && answer.due === due) {
        this.#pending = this.#pending.filter((other) => other !== answer);
        this.#follow(this.play.event(basis, answer.event, this.#tick(due)), [], basis);
      } else if (timer) {
        // An answer that comes in the same millisecond is seen first.
        if (timer.due === until) return;
        const conversation = this.play.state?.conversations.find(({ id }) => id === timer.conversation);
        const lack = conversation && this.#lackIn(conversation);
        if (lack) this.#lacking.set(timer.conversation, lack);
        else this.#follow(this.play.deadline(basis, timer, this.#tick(due)), [], basis);
      }
    }
  }

  /** `given`: what the recorded step gave. `shared`: the deadline, where both have it. */
  take(step: RecordedStep, given: readonly OutgoingEmission[], shared: Timer | undefined): void {
    const { input, now } = step;
    const basis = this.#changed(step.basis, step.basis.isFatal === true);
    this.#tick(now);
    for (const { type, subject } of given)
      if (type === AWAITED && subject !== undefined) this.#awaitedOnRecord.add(subject);
    if (input.kind === 'deadline') {
      if (shared) this.#follow(this.play.deadline(basis, shared, now), given, basis);
      return;
    }
    const event = input.kind === 'event' ? this.#eventFor(input.event) : undefined;
    if (event) this.#follow(this.play.event(basis, event, now), given, basis);
  }

  /** Undefined where this play does not have that deadline, or has it at another time. */
  sharedTimer(recorded: Timer | undefined): Timer | undefined {
    return recorded && this.play.timers.find((own) => isSameTimer(own, recorded));
  }

  /** `isFatal`: only of the recorded input itself. */
  #changed({ machines, company }: Basis, isFatal: boolean): Basis {
    return {
      machines: this.#replaced.in(machines),
      ...(company === undefined ? {} : { company }),
      ...(isFatal ? { isFatal } : {}),
    };
  }

  #tick(at: number): Millis {
    this.#now = Math.max(this.#now, at) as Millis;
    return this.#now;
  }

  #nextPending(): Pending | undefined {
    return this.#pending.reduce<Pending | undefined>(
      (next, one) => (next && next.due <= one.due ? next : one),
      undefined,
    );
  }

  #nextOwnTimer(): Timer | undefined {
    const recorded = this.#control.play.timers;
    let next: Timer | undefined;
    for (const timer of this.play.timers) {
      if (next && next.due <= timer.due) continue;
      if (this.#lacking.has(timer.conversation)) continue;
      if (!recorded.some((other) => isSameTimer(timer, other))) next = timer;
    }
    return next;
  }

  /** What a recorded event is here; undefined where it is about something that did not happen here. */
  #eventFor(event: Event): Event | undefined {
    switch (event.type) {
      case TARGETED:
        return this.#replaced.retarget(event);
      case 'message.sent':
      case 'message.delivered':
      case 'message.read':
      case 'message.failed':
      case 'message.blocked': {
        const { message } = event.data as { readonly message: string };
        return this.#sharedMessages.has(message) ? event : undefined;
      }
      case 'data.received':
      case 'data.failed': {
        const data = event.data as { readonly request: string };
        const request = this.#asked.get(data.request);
        return request === undefined ? undefined : { ...event, data: { ...data, request } };
      }
      case 'handoff.taken':
      case 'handoff.replied':
      case 'handoff.returned':
        return this.#inHandoff(event);
      case MATCHED:
      case AWAIT_REFUSED:
        return this.#awaited(event);
      default:
        return event;
    }
  }

  #conversation(id: string): ConversationState | undefined {
    return this.play.state?.conversations.find((one) => one.id === id);
  }

  /** The desk acts on the hand-off that there is, whichever it is by number. */
  #inHandoff(event: Event): Event {
    const data = event.data as { readonly conversation: string; readonly handoff?: string };
    const wait = this.#conversation(data.conversation)?.wait;
    if (wait?.for !== 'handoff' || wait.handoff === undefined || data.handoff === undefined) return event;
    return { ...event, data: { ...data, handoff: wait.handoff } };
  }

  /** An event comes to what waits for its value, whichever wait that is by number. */
  #awaited(event: Event): Event | undefined {
    const data = event.data as MatchedData;
    const conversation = this.#conversation(data.conversation);
    if (!conversation) return undefined;
    const waiting = awaitsOf(conversation).filter(({ values }) =>
      values.some(({ correlation }) => correlation === data.correlation),
    );
    if (event.type === AWAIT_REFUSED || waiting.some(({ id }) => id === data.awaiting)) return event;
    const [found] = waiting;
    return found && { ...event, data: { ...data, awaiting: found.id } };
  }

  /** The world's answers to what this play asks of it. */
  #follow(emissions: readonly OutgoingEmission[], given: readonly OutgoingEmission[], basis: Basis): void {
    for (const emission of emissions) {
      if (emission.type === 'message.requested') this.#send(emission, given, basis);
      else if (emission.type === 'data.requested') this.#ask(emission, given);
    }
  }

  #send({ data, subject }: OutgoingEmission, given: readonly OutgoingEmission[], basis: Basis): void {
    const { message, connector, to } = data as EventData['message.requested'];
    const isShared = given.some((other) => isMessage(other, message));
    if (isShared) {
      this.#sharedMessages.add(message);
      return;
    }
    // Nobody knows when it would have arrived: at once, as in a scenario.
    for (const type of ['message.sent', 'message.delivered']) {
      const receipt = this.#eventOf(type, { message, connector, to }, subject);
      this.#follow(this.play.event(basis, receipt, this.#now), [], basis);
    }
  }

  #ask({ data, subject, conversation }: OutgoingEmission, given: readonly OutgoingEmission[]): void {
    const asked = data as EventData['data.requested'];
    const requests = this.#answers.to(asked);
    const here = given.flatMap(({ type, data: other }) =>
      type === 'data.requested' ? [(other as EventData['data.requested']).request] : [],
    );
    const shared = requests.find(({ request }) => here.includes(request));
    const found = shared ?? requests.find(({ request }) => !this.#used.has(request)) ?? requests[0];
    if (!found) {
      if (conversation !== undefined) this.#lacking.set(conversation, 'data');
      return;
    }
    this.#used.add(found.request);
    if (shared) this.#asked.set(shared.request, asked.request);
    else if (found.answer) {
      const answer = { ...(found.answer.data as object), request: asked.request };
      const event = this.#eventOf(found.answer.type, answer, subject);
      this.#pending.push({ due: this.#now + found.tookMs, event });
    }
  }

  #eventOf(type: string, data: object, subject: string | undefined): Event {
    this.#made += 1;
    return {
      specversion: '1.0',
      id: `what-if-${this.#made.toString()}` as EventId,
      source: '/what-if',
      type,
      ...(subject === undefined ? {} : { subject }),
      time: new Date(this.#now).toISOString(),
      data,
    };
  }

  #lackIn(conversation: ConversationState): Lack | undefined {
    const { wait, id } = conversation;
    if (wait.for === 'reply') {
      if (this.#isLeft(({ type }) => type === 'message.received')) return undefined;
      return this.#wasAsked(id) ? undefined : 'reply';
    }
    if (wait.for === 'handoff') {
      const recorded = this.#control.play.state?.conversations.find((one) => one.id === id);
      const isOfDesk = ({ type, data }: Event): boolean =>
        type.startsWith('handoff.') && (data as { readonly conversation: string }).conversation === id;
      return recorded?.wait.for === 'handoff' || this.#isLeft(isOfDesk) ? undefined : 'hand-off';
    }
    if (wait.for !== 'event') return undefined;
    const isKnown = wait.awaiting.values.every(
      ({ correlation }) =>
        this.#awaitedOnRecord.has(correlation) ||
        this.#isLeft(({ type, data }) => type === MATCHED && (data as MatchedData).correlation === correlation),
    );
    return isKnown ? undefined : 'event';
  }

  #isLeft(holds: (event: Event) => boolean): boolean {
    return this.#steps.slice(this.#index).some(({ input }) => input.kind === 'event' && holds(input.event));
  }

  /** The recorded conversation asked the same, or asked otherwise at the same place: to that, silence is an answer too. */
  #wasAsked(id: string): boolean {
    const here = this.play.tellings.get(id);
    const recorded = this.#control.play.tellings.get(id);
    if (!here || !recorded) return false;
    const nameOf = stateNames(recorded.machine, here.machine);
    const question = here.acts.findLast(({ kind }) => kind === 'says');
    return recorded.acts.some((act) =>
      act.kind === 'says'
        ? question?.kind === 'says' && act.text === question.text
        : act.kind === 'waits' && act.for === 'reply' && nameOf(act.state) === here.state,
    );
  }
}

function isSameTimer(a: Timer, b: Timer): boolean {
  return a.id === b.id && a.due === b.due && a.conversation === b.conversation;
}

function isMessage({ type, data }: OutgoingEmission, message: string): boolean {
  return type === 'message.requested' && (data as EventData['message.requested']).message === message;
}
