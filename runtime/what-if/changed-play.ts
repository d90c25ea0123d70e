/**
 * The recorded traffic of one person through changed definitions, in virtual time. What they and the customer's systems
 * did is taken from the record, each at its moment. Deadlines are not: they follow from the changed machine.
 */
import type { EventId, MachineHash, Millis } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import type { EventData } from '../../channels/generated/events.ts';
import type { Timer } from '../../dsl/contact.ts';
import { contactState, type KeptState } from '../../dsl/correlation.ts';
import type { Alike } from '../../dsl/diff/alike.ts';
import { TARGETED, type Machines, type TargetedData } from '../../dsl/step/contract.ts';
import type { OutgoingEmission } from '../../dsl/step/outgoing.ts';
import type { Passage } from '../../dsl/step/trace.ts';
import type { Basis } from '../history/play.ts';
import type { RecordedStep } from '../history/recorded-step.ts';
import { Answers } from './answers.ts';
import { areOne, changedState, isPlain } from './common-state.ts';
import type { ContactPlay } from './contact-play.ts';
import { counterpartOf } from './counterpart.ts';
import { Lacks, type Plays } from './lacks.ts';
import type { ReplacedDefinitions } from './replaced.ts';
import type { Unstarted } from './unstarted.ts';

interface Pending {
  readonly due: number;
  readonly event: Event;
}

/** Happenings between two recorded steps: definitions that start each other have no end. */
const MAX_OWN_HAPPENINGS = 2000;

/** A step that the control has taken. */
export interface Taken {
  readonly given: readonly OutgoingEmission[];
  /** The control's state before it. */
  readonly before: KeptState | undefined;
  /** What it passed through. */
  readonly passages: readonly Passage[];
}

export class ChangedPlay {
  readonly lacks: Lacks;
  readonly #play: ContactPlay;
  readonly #control: ContactPlay;
  readonly #replaced: ReplacedDefinitions;
  readonly #answers: Answers;
  readonly #sharedMessages = new Set<string>();
  /** Conversations that started since the definitions changed. */
  readonly #onChanged = new Map<string, MachineHash>();
  #pending: Pending[] = [];
  #now: Millis = 0 as Millis;
  #made = 0;
  /**
   * So far both plays do the same, and only the control is played: `#play` has no state of its own. They part where a step
   * passes through what changed, and are one again once that left no trace in the state.
   */
  #isOne = true;

  constructor(plays: Plays, replaced: ReplacedDefinitions, steps: readonly RecordedStep[]) {
    this.#play = plays.changed;
    this.#control = plays.control;
    this.#replaced = replaced;
    this.#answers = new Answers(steps);
    this.lacks = new Lacks(plays, steps);
  }

  /** A step of the control that is this play's too. */
  mirror(given: readonly OutgoingEmission[]): void {
    for (const emission of given) {
      this.#answers.share(emission);
      const { type, data } = emission;
      if (type === 'message.requested') this.#sharedMessages.add((data as EventData['message.requested']).message);
    }
  }

  /** What happens by itself until then: call it while the control stands there, too. Deadlines that both have wait. */
  runTo(until: Millis, recorded: Basis): void {
    if (this.#isOne) return;
    const basis = this.#changed({ ...recorded, isFatal: false, isTooLarge: false });
    for (let count = 0; count < MAX_OWN_HAPPENINGS; count += 1) {
      const answer = this.#nextPending();
      const timer = this.#nextOwnTimer();
      const due = Math.min(answer?.due ?? Infinity, timer?.due ?? Infinity);
      if (due > until) return;
      if (answer && answer.due === due) {
        this.#pending = this.#pending.filter((other) => other !== answer);
        this.#follow(this.#play.event(basis, answer.event, this.#tick(due)), [], basis);
      } else if (timer) {
        // An answer that comes in the same millisecond is seen first.
        if (timer.due === until) return;
        const lack = this.lacks.of(timer.conversation);
        if (lack) this.lacks.add(timer.conversation, lack);
        else this.#follow(this.#play.deadline(basis, timer, this.#tick(due)), [], basis);
      }
    }
  }

  /** `timer`: the deadline, where both have it. */
  take(step: RecordedStep, recorded: Basis, taken: Taken, timer: Timer | undefined): void {
    this.#tick(step.now);
    this.lacks.addAwaited(taken.given);
    this.#noteStarts(taken.given);
    if (this.#isOne && this.#isAlike(step, recorded, taken)) {
      this.mirror(taken.given);
      this.#play.tellings.follow(this.#control.added, (definition) => this.#replaced.get(definition));
      return;
    }
    this.#part(taken.before);
    this.#takeAlone(step, recorded, taken.given, timer);
    this.#isOne = this.#areOne(recorded);
  }

  /** By something that started nothing on record. */
  start({ at, event }: Unstarted, recorded: Basis): void {
    this.#part(this.#control.state);
    const basis = this.#changed(recorded);
    this.#follow(this.#play.event(basis, event, this.#tick(at)), [], basis);
  }

  /** Nothing is on record any more. */
  end(): void {
    this.#part(this.#control.state);
  }

  /** Undefined where this play does not have that deadline, or has it at another time. */
  sharedTimer(recorded: Timer | undefined): Timer | undefined {
    if (!recorded || this.#isOne) return recorded;
    return this.#play.timers.find((own) => isSameTimer(own, recorded));
  }

  #takeAlone(
    { input, now }: RecordedStep,
    recorded: Basis,
    given: readonly OutgoingEmission[],
    timer: Timer | undefined,
  ): void {
    const basis = this.#changed(recorded);
    if (input.kind === 'timer') {
      if (timer) this.#follow(this.#play.deadline(basis, timer, now), given, basis);
      return;
    }
    const event = input.kind === 'event' ? this.#counterpartOf(input.event) : undefined;
    if (event) this.#follow(this.#play.event(basis, event, now), given, basis);
  }

  #noteStarts(given: readonly OutgoingEmission[]): void {
    for (const { type, conversation, data } of given) {
      if (type !== 'conversation.started' || conversation === undefined) continue;
      const changed = this.#replaced.get((data as EventData['conversation.started']).definition);
      if (changed) this.#onChanged.set(conversation, changed.hash);
    }
  }

  /** Whether the changed definitions do the same in a step: what they have in common decides it alone. */
  #isAlike({ input }: RecordedStep, recorded: Basis, { before, passages }: Taken): boolean {
    const { machines, isFatal, isTooLarge } = recorded;
    if (isFatal || isTooLarge === true || !this.#replaced.startAlike(machines)) return false;
    if (!isPlain(contactState(before)) || !isPlain(this.#control.contact)) return false;
    if (input.kind === 'event' && !this.#comesAlike(input.event, machines)) return false;
    return passages.every(({ machine: hash, flow, node }) => {
      const machine = machines.byHash(hash);
      if (!machine) return false;
      return !this.#replaced.has(machine.name) || this.#replaced.alike(machine)?.get(flow)?.has(node) === true;
    });
  }

  #comesAlike({ type, data }: Event, machines: Machines): boolean {
    if (type === 'conversation.migration-requested') return false;
    if (type !== TARGETED) return true;
    const { definition, machine } = data as TargetedData;
    return !this.#replaced.has(definition) || this.#alikeOn(machine, machines) !== undefined;
  }

  #alikeOn(hash: MachineHash, machines: Machines): Alike | undefined {
    const machine = machines.byHash(hash);
    return machine && this.#replaced.alike(machine);
  }

  #areOne({ machines }: Basis): boolean {
    if (this.#pending.length > 0 || this.lacks.isAny) return false;
    const alike = (hash: MachineHash): Alike | undefined => this.#alikeOn(hash, machines);
    return areOne(this.#control.contact, this.#play.contact, { changed: this.#onChanged, alike });
  }

  #part(before: KeptState | undefined): void {
    if (this.#isOne) this.#play.become(changedState(contactState(before), this.#onChanged));
    this.#isOne = false;
  }

  #changed(recorded: Basis): Basis {
    return { ...recorded, machines: this.#replaced.in(recorded.machines) };
  }

  #counterpartOf(event: Event): Event | undefined {
    const [play, replaced, answers, sharedMessages] = [this.#play, this.#replaced, this.#answers, this.#sharedMessages];
    return counterpartOf(event, { play, replaced, answers, sharedMessages });
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
    const recorded = this.#control.timers;
    let next: Timer | undefined;
    for (const timer of this.#play.timers) {
      if (next && next.due <= timer.due) continue;
      if (this.lacks.has(timer.conversation)) continue;
      if (!recorded.some((other) => isSameTimer(timer, other))) next = timer;
    }
    return next;
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
    if (given.some((other) => isMessage(other, message))) {
      this.#sharedMessages.add(message);
      return;
    }
    // Nobody knows when it would have arrived: at once, as in a scenario.
    for (const type of ['message.sent', 'message.delivered']) {
      const receipt = this.#eventOf(type, { message, connector, to }, subject);
      this.#follow(this.#play.event(basis, receipt, this.#now), [], basis);
    }
  }

  #ask({ data, subject, conversation }: OutgoingEmission, given: readonly OutgoingEmission[]): void {
    const asked = data as EventData['data.requested'];
    const found = this.#answers.find(asked, given);
    if (!found && conversation !== undefined) this.lacks.add(conversation, 'data');
    if (!found || found === 'comes' || !found.answer) return;
    const answer = { ...(found.answer.data as object), request: asked.request };
    const event = this.#eventOf(found.answer.type, answer, subject);
    this.#pending.push({ due: this.#now + found.tookMs, event });
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
}

function isSameTimer(a: Timer, b: Timer): boolean {
  return a.id === b.id && a.due === b.due && a.conversation === b.conversation;
}

function isMessage({ type, data }: OutgoingEmission, message: string): boolean {
  return type === 'message.requested' && (data as EventData['message.requested']).message === message;
}
