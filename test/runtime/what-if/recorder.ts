/**
 * Makes the record that a platform would have of one person: deadlines are stepped a little late, receipts and answers
 * take their time, and every step is kept with its input and what it gave.
 */
import type { Address, EventId, Millis } from '../../../channels/brands.ts';
import { contactKeyOf, parseAddress } from '../../../channels/contact-key.ts';
import type { Event } from '../../../channels/event.ts';
import type { EventData } from '../../../channels/generated/events.ts';
import type { Json, JsonObject } from '../../../dsl/json.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { machinesOf } from '../../../dsl/machines.ts';
import { MATCHED, type Machines } from '../../../dsl/step/contract.ts';
import { answerEvent, type Answers } from '../../../dsl/simulation/answers.ts';
import { targeted, recipient, type OutgoingEmission } from '../../../dsl/step/outgoing.ts';
import { route } from '../../../dsl/step/route.ts';
import { connectorOf } from '../../../dsl/step/start.ts';
import { ContactPlay } from '../../../runtime/what-if/contact-play.ts';
import {
  fingerprintOf,
  KEPT_WHOLE,
  type Basis,
  type RecordedContact,
  type RecordedInput,
  type RecordedStep,
} from '../../../runtime/what-if/recorded.ts';

/** How long things take on a platform, in milliseconds. */
const DEADLINE_LAG = 40;
const SENT_AFTER = 300;
const ANSWERED_AFTER = 150;
const STEPPED_AFTER = 3;

export interface RecorderOptions {
  readonly address?: string;
  readonly now?: string;
  readonly answers?: Answers;
}

interface Coming {
  readonly at: number;
  readonly event: Event;
}

export class Recorder {
  readonly address: Address;
  readonly steps: RecordedStep[] = [];
  /** Of each step, whole. */
  readonly emissions: (readonly OutgoingEmission[])[] = [];
  now: Millis;
  readonly #machines: Machines;
  readonly #basis: Basis;
  readonly #play: ContactPlay;
  readonly #answers: Answers;
  #coming: Coming[] = [];
  #events = 0;

  constructor(
    machines: readonly Machine[] | Machines,
    { address = 'tel:+12125550123', now, answers = {} }: RecorderOptions = {},
  ) {
    this.#machines = 'active' in machines ? machines : machinesOf(machines);
    this.#basis = { machines: this.#machines };
    this.address = parseAddress(address);
    this.now = Date.parse(now ?? '2026-03-02T09:00:00Z') as Millis;
    this.#play = new ContactPlay(contactKeyOf(this.address));
    this.#answers = answers;
  }

  get record(): RecordedContact {
    return { contact: this.#play.contact, steps: this.steps };
  }

  /** An event of the customer's own, for whom it starts. */
  event(type: string, data: Json): this {
    const event = this.#eventOf(type, data);
    return this.#target(targeted(event, route(this.#machines, event)));
  }

  broadcast(definition: string, inputs: JsonObject): this {
    const machine = this.#machines.active().find(({ name }) => name === definition)?.hash;
    const to = this.address;
    const data = { broadcast: 'b-1', connector: connectorOf(to), to, definition, machine, inputs };
    return this.#target(recipient(this.#eventOf('broadcast.recipient-targeted', data)));
  }

  reply(text: string): this {
    this.#take(this.#eventOf('message.received', { connector: connectorOf(this.address), from: this.address, text }));
    return this;
  }

  /** An event for which the newest conversation waits. */
  matched(type: string, data: Json): this {
    const conversation = this.#play.state?.conversations.at(-1);
    const wait = conversation?.wait;
    if (wait?.for !== 'event') throw new Error('nothing waits for an event');
    const correlation = wait.awaiting.values[0]?.correlation;
    const event = this.#eventOf(type, data);
    this.#take(
      this.#eventOf(MATCHED, { conversation: conversation?.id, awaiting: wait.awaiting.id, correlation, event }),
    );
    return this;
  }

  desk(type: 'handoff.taken' | 'handoff.returned', data: JsonObject): this {
    const conversation = this.#play.state?.conversations.at(-1);
    const handoff = conversation?.wait.for === 'handoff' ? conversation.wait.handoff : undefined;
    this.#take(this.#eventOf(type, { ...data, conversation: conversation?.id ?? '', ...(handoff && { handoff }) }));
    return this;
  }

  advance(ms: number): this {
    const end = this.now + ms;
    for (;;) {
      const event = this.#coming.toSorted((a, b) => a.at - b.at)[0];
      const timer = this.#play.timers.toSorted((a, b) => a.due - b.due)[0];
      const timerAt = timer ? timer.due + DEADLINE_LAG : Infinity;
      const at = Math.min(event?.at ?? Infinity, timerAt);
      if (at > end) break;
      this.now = Math.max(this.now, at) as Millis;
      if (event?.at === at) {
        this.#coming = this.#coming.filter((other) => other !== event);
        this.#take(event.event);
      } else if (timer) {
        const input = { kind: 'deadline', id: `${timer.conversation}/${timer.id}` } as const;
        this.#keep(input, this.#play.deadline(this.#basis, timer, this.now));
      }
    }
    this.now = end as Millis;
    return this;
  }

  #target(emissions: readonly OutgoingEmission[]): this {
    for (const { type, data, subject } of emissions)
      if (subject === this.#play.contact) this.#take(this.#eventOf(type, data));
    return this;
  }

  #take(event: Event): void {
    const publishedAt = this.now;
    this.now = (this.now + STEPPED_AFTER) as Millis;
    this.#keep({ kind: 'event', event, publishedAt }, this.#play.event(this.#basis, event, this.now));
  }

  #keep(input: RecordedInput, emissions: readonly OutgoingEmission[]): void {
    const given = emissions
      .filter(({ to, subject }) => to !== 'inbox' && subject === this.#play.contact)
      .map(({ type, conversation = '', data }) => ({ type, conversation, data: JSON.stringify(data) }));
    const outputs = given.map(({ type, conversation, data }) => fingerprintOf(type, conversation, data));
    const whole = given.filter(({ type }) => KEPT_WHOLE.has(type));
    this.emissions.push(emissions);
    this.steps.push({ now: this.now, input, basis: this.#basis, outputs, whole });
    for (const { type, data } of emissions) {
      if (type === 'message.requested') {
        const { message, connector, to } = data as EventData['message.requested'];
        this.#come(SENT_AFTER, 'message.sent', { message, connector, to });
      } else if (type === 'data.requested') {
        const request = data as EventData['data.requested'];
        const answer = this.#answers[request.source];
        const { type: answered, data: given } = answerEvent(request, answer);
        this.#come(answer?.afterMs ?? ANSWERED_AFTER, answered, given);
      }
    }
  }

  #come(afterMs: number, type: string, data: object): void {
    const at = this.now + afterMs;
    this.#coming.push({ at, event: this.#eventOf(type, data, at) });
  }

  #eventOf(type: string, data: unknown, at: number = this.now): Event {
    this.#events += 1;
    const subject = this.#play.contact;
    return {
      specversion: '1.0',
      id: `in-${this.address}-${this.#events.toString()}` as EventId,
      source: '/test',
      type,
      subject,
      time: new Date(at).toISOString(),
      datacontenttype: 'application/json',
      data,
      partitionkey: subject,
    };
  }
}
