import type { ContactKey, Millis } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import type { ContactState, Timer } from '../../dsl/contact.ts';
import type { OutgoingEmission } from '../../dsl/step/outgoing.ts';

/** What a partition loop asks of the engine or the router: pure decisions, everything else is the loop's. */
export interface LoopLogic {
  /** Resolves once `event` can be decided: its machine is here. Undefined where nothing need be waited for. */
  ready(event: Event): Promise<void> | undefined;
  /** Whose state the decision needs; undefined where it needs none. */
  contactOf(event: Event): ContactKey | undefined;
  /** Id of the event that what follows is caused by, as the channels know it. */
  causeOf(event: Event): string;
  onEvent(event: Event, state: ContactState | undefined, now: Millis): Decision;
  onTimer(contact: ContactKey, timer: Timer, state: ContactState | undefined, now: Millis): Decision;
}

export interface Decision {
  /** The same object as given where nothing changed. */
  readonly state: ContactState | undefined;
  readonly emissions: readonly OutgoingEmission[];
}
