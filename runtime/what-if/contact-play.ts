/** A play of one person, and what each of their conversations did in it. */
import type { ContactKey, Millis } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import { timersOf, type ContactState, type Timer } from '../../dsl/contact.ts';
import { contactState, type Deadline } from '../../dsl/correlation.ts';
import type { OutgoingEmission } from '../../dsl/step/outgoing.ts';
import type { Trace } from '../../dsl/step/trace.ts';
import { Play, type Basis } from '../history/play.ts';
import { Tellings, type Added } from './telling.ts';

export class ContactPlay extends Play {
  readonly tellings: Tellings = new Tellings();
  /** By the newest step. */
  #added: readonly Added[] = [];

  constructor(key: ContactKey, trace?: Trace) {
    super(key, undefined, trace);
  }

  get contact(): ContactState | undefined {
    return contactState(this.state);
  }

  get timers(): readonly Timer[] {
    return timersOf(this.contact);
  }

  /** What conversations did in the newest step. */
  get added(): readonly Added[] {
    return this.#added;
  }

  override event(basis: Basis, event: Event, now: Millis): readonly OutgoingEmission[] {
    return this.#told(super.event(basis, event, now), basis, now);
  }

  override deadline(basis: Basis, deadline: Deadline, now: Millis): readonly OutgoingEmission[] {
    return this.#told(super.deadline(basis, deadline, now), basis, now);
  }

  #told(emissions: readonly OutgoingEmission[], { machines }: Basis, now: Millis): readonly OutgoingEmission[] {
    this.#added = this.tellings.add(emissions, machines, now);
    return emissions;
  }
}
