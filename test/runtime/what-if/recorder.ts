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
import { timersOf, type Wait } from '../../../dsl/contact.ts';
import { contactState, deadlineId } from '../../../dsl/correlation.ts';
import { MATCHED } from '../../../dsl/step/contract.ts';
import { answerEvent, type Answers } from '../../../dsl/simulation/answers.ts';
import { targeted, recipient, type OutgoingEmission } from '../../../dsl/step/outgoing.ts';
import { route } from '../../../dsl/step/route.ts';
import { connectorOf } from '../../../dsl/step/start.ts';
import type { MessageId } from '../../../runtime/broker/message-id.ts';
import { publicationsOf } from '../../../runtime/definitions/published.ts';
import { fingerprintOf } from '../../../runtime/history/fingerprint.ts';
import type { History } from '../../../runtime/history/fold.ts';
import { Play, type Basis } from '../../../runtime/history/play.ts';
import { KEPT_WHOLE } from '../../../runtime/history/record-query.ts';
import type { RecordedInput, RecordedStep, StoredBasis } from '../../../runtime/history/recorded-step.ts';
import { StoredDefinitions } from '../../../runtime/history/stored-definitions.ts';

/** Where the definitions stood when everything was stepped. */
export const DEFINITIONS_AT = '1:9' as MessageId;

const BASIS: StoredBasis = { definitions: DEFINITIONS_AT, company: '', partitions: 1 };

/** All of them in force before anything was recorded. */
export function definitionsOf(machines: readonly Machine[]): StoredDefinitions {
  const publications = machines.flatMap((machine) => publicationsOf(machine, { has: () => false }, 'folder'));
  return new StoredDefinitions([{ position: '1:0' as MessageId, published: 0, publications }]);
}

/** How long things take on a platform, in milliseconds. */
const DEADLINE_LAG = 40;
const SENT_AFTER = 300;
const ANSWERED_AFTER = 150;
const STEPPED_AFTER = 3;

export interface RecorderOptions {
  readonly address?: string;
  readonly now?: string;
  readonly answers?: Answers;
  /** With which ids of what comes begin. */
  readonly ids?: string;
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
  /** The customer's own events, whomever they started. */
  readonly external: { readonly event: Event; readonly publishedAt: Millis }[] = [];
  now: Millis;
  readonly #definitions: StoredDefinitions;
  readonly #basis: Basis;
  readonly #play: Play;
  readonly #answers: Answers;
  readonly #ids: string;
  #coming: Coming[] = [];
  #events = 0;

  constructor(
    machines: readonly Machine[] | StoredDefinitions,
    { address = 'tel:+12125550123', now, answers = {}, ids = 'in' }: RecorderOptions = {},
  ) {
    this.#definitions = machines instanceof StoredDefinitions ? machines : definitionsOf(machines);
    this.#basis = { machines: this.#definitions.at(BASIS, 0), company: undefined, place: undefined, isFatal: false };
    this.address = parseAddress(address);
    this.now = Date.parse(now ?? '2026-03-02T09:00:00Z') as Millis;
    this.#play = new Play(contactKeyOf(this.address));
    this.#answers = answers;
    this.#ids = ids;
  }

  get record(): History {
    return { key: this.#play.key, steps: this.steps, definitions: this.#definitions };
  }

  /** What the newest conversation waits for; undefined where none is open. */
  get isWaitingFor(): Wait['for'] | undefined {
    return contactState(this.#play.state)?.conversations.at(-1)?.wait.for;
  }

  /** An event of the customer's own, for whom it starts. */
  event(type: string, data: Json): this {
    const { subject: _, partitionkey: __, ...event } = this.#eventOf(type, data);
    this.external.push({ event, publishedAt: this.now });
    return this.#target(targeted(event, route(this.#basis.machines, event)));
  }

  broadcast(definition: string, inputs: JsonObject): this {
    const machine = this.#basis.machines.active().find(({ name }) => name === definition)?.hash;
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
    const conversation = contactState(this.#play.state)?.conversations.at(-1);
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
    const conversation = contactState(this.#play.state)?.conversations.at(-1);
    const handoff = conversation?.wait.for === 'handoff' ? conversation.wait.handoff : undefined;
    this.#take(this.#eventOf(type, { ...data, conversation: conversation?.id ?? '', ...(handoff && { handoff }) }));
    return this;
  }

  advance(ms: number): this {
    const end = this.now + ms;
    for (;;) {
      const event = this.#coming.toSorted((a, b) => a.at - b.at)[0];
      const timer = timersOf(contactState(this.#play.state)).toSorted((a, b) => a.due - b.due)[0];
      const timerAt = timer ? timer.due + DEADLINE_LAG : Infinity;
      const at = Math.min(event?.at ?? Infinity, timerAt);
      if (at > end) break;
      this.now = Math.max(this.now, at) as Millis;
      if (event?.at === at) {
        this.#coming = this.#coming.filter((other) => other !== event);
        this.#take(event.event);
      } else if (timer) {
        const input = { kind: 'timer', id: deadlineId(timer), isFatal: false } as const;
        this.#keep(input, this.#play.deadline(this.#basis, timer, this.now));
      }
    }
    this.now = end as Millis;
    return this;
  }

  #target(emissions: readonly OutgoingEmission[]): this {
    for (const { type, data, subject } of emissions)
      if (subject === this.#play.key) this.#take(this.#eventOf(type, data));
    return this;
  }

  #take(event: Event): void {
    const publishedAt = this.now;
    this.now = (this.now + STEPPED_AFTER) as Millis;
    this.#keep(
      { kind: 'event', id: event.id, event, publishedAt, isFatal: false },
      this.#play.event(this.#basis, event, this.now),
    );
  }

  #keep(input: RecordedInput, emissions: readonly OutgoingEmission[]): void {
    const given = emissions
      .filter(({ to, subject }) => to !== 'inbox' && subject === this.#play.key)
      .map(({ type, conversation = '', data }) => ({ type, conversation, data: JSON.stringify(data) }));
    const fingerprints = given.map(({ type, conversation, data }) => fingerprintOf(type, conversation, data));
    const whole = given.filter(({ type }) => KEPT_WHOLE.has(type));
    this.emissions.push(emissions);
    this.steps.push({
      ...{ partition: 0, epoch: 1, sequence: this.steps.length + 1, now: this.now, input, stateHash: undefined },
      ...{ outputs: emissions.length, given: { fingerprints, whole }, basis: BASIS },
    });
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
    const subject = this.#play.key;
    return {
      specversion: '1.0',
      id: `${this.#ids}-${this.address}-${this.#events.toString()}` as EventId,
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
