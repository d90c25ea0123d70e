/** One person's state, stepped as the engine steps it. */
import type { ContactKey, Millis } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import { timersOf, type ContactState, type Timer } from '../../dsl/contact.ts';
import { contactState, type KeptState } from '../../dsl/correlation.ts';
import type { OutgoingEmission } from '../../dsl/step/outgoing.ts';
import { step } from '../../dsl/step/step.ts';
import { contactLogic } from '../engine/contact-logic.ts';
import type { Decision, LoopLogic } from '../engine/loop-logic.ts';
import type { Basis } from './recorded.ts';
import { Tellings } from './telling.ts';

export class ContactPlay {
  readonly contact: ContactKey;
  readonly tellings: Tellings = new Tellings();
  #logic: LoopLogic | undefined;
  #basis: Basis | undefined;
  #state: KeptState | undefined;

  constructor(contact: ContactKey) {
    this.contact = contact;
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

  event(basis: Basis, event: Event, now: Millis): readonly OutgoingEmission[] {
    const logic = this.#logicOn(basis);
    const decision =
      basis.isFatal === true ? logic.onFatal(event, this.#state, now) : logic.onEvent(event, this.#state, now);
    return this.#decided(decision, basis, now);
  }

  deadline(basis: Basis, deadline: Timer, now: Millis): readonly OutgoingEmission[] {
    const logic = this.#logicOn(basis);
    const key = this.contact;
    const decision =
      basis.isFatal === true
        ? logic.onFatal({ key, deadline }, this.#state, now)
        : logic.onDeadline(key, deadline, this.#state, now);
    return this.#decided(decision, basis, now);
  }

  #logicOn(basis: Basis): LoopLogic {
    const { machines, company } = basis;
    if (this.#logic && this.#basis?.machines === machines && this.#basis.company === company) return this.#logic;
    this.#basis = basis;
    this.#logic = contactLogic({ step, machines: { current: machines, ready: () => undefined }, company });
    return this.#logic;
  }

  #decided(decision: Decision, { machines }: Basis, now: Millis): readonly OutgoingEmission[] {
    this.#state = decision.state;
    this.tellings.add(decision.emissions, machines, now);
    return decision.emissions;
  }
}
