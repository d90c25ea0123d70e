/** One person's state, stepped as the engine steps it. */
import type { ContactKey, Millis } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import { timersOf, type ContactState, type Timer } from '../../dsl/contact.ts';
import { contactState, type KeptState } from '../../dsl/correlation.ts';
import type { Machines } from '../../dsl/step/contract.ts';
import type { OutgoingEmission } from '../../dsl/step/outgoing.ts';
import { step } from '../../dsl/step/step.ts';
import { contactLogic } from '../engine/contact-logic.ts';
import type { LoopLogic } from '../engine/loop-logic.ts';
import { Tellings } from './telling.ts';

export class ContactPlay {
  readonly contact: ContactKey;
  readonly tellings: Tellings = new Tellings();
  readonly #logic: LoopLogic;
  readonly #machines: { current: Machines; readonly ready: () => undefined };
  #state: KeptState | undefined;

  constructor(contact: ContactKey, machines: Machines, company: string | undefined) {
    this.contact = contact;
    this.#machines = { current: machines, ready: () => undefined };
    this.#logic = contactLogic({ step, machines: this.#machines, company });
  }

  get state(): ContactState | undefined {
    return contactState(this.#state);
  }

  get timers(): readonly Timer[] {
    return timersOf(this.state);
  }

  /** From now on as the other is. */
  become({ state }: ContactPlay): void {
    this.#state = state;
  }

  event(machines: Machines, event: Event, now: Millis): readonly OutgoingEmission[] {
    this.#machines.current = machines;
    return this.#decided(this.#logic.onEvent(event, this.#state, now), now);
  }

  deadline(machines: Machines, timer: Timer, now: Millis): readonly OutgoingEmission[] {
    this.#machines.current = machines;
    return this.#decided(this.#logic.onDeadline(this.contact, timer, this.#state, now), now);
  }

  #decided({ state, emissions }: ReturnType<LoopLogic['onEvent']>, now: Millis): readonly OutgoingEmission[] {
    this.#state = state;
    this.tellings.add(emissions, this.#machines.current, now);
    return emissions;
  }
}
