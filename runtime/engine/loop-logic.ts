import type { Millis } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import type { Deadline, KeptState, StateKey } from '../../dsl/correlation.ts';
import type { Basis } from './journal-record.ts';
import type { DueDeadline } from './state-store.ts';
import type { OutgoingEmission } from '../../dsl/step/outgoing.ts';

/** What a partition loop asks of the engine or the router: pure decisions, everything else is the loop's. */
export interface LoopLogic {
  /** Resolves once `event` can be decided: its machine is here. Undefined where nothing need be waited for. */
  ready(event: Event): Promise<void> | undefined;
  /** Whose state the decision needs, a contact's or a value's; undefined where it needs none. */
  keyOf(event: Event): StateKey | undefined;
  /** Id of the event that what follows is caused by, as the channels know it. */
  causeOf(event: Event): string;
  onEvent(event: Event, state: KeptState | undefined, now: Millis): Decision;
  onDeadline(key: StateKey, deadline: Deadline, state: KeptState | undefined, now: Millis): Decision;
  /** What decisions rest on at this moment; the same object as long as that is the same. Undefined where nothing is kept. */
  basis(): Basis | undefined;
  /** Of an event or deadline that must not be tried, since it ends the process. Throws where it is to be put aside. */
  onFatal(input: Event | DueDeadline, state: KeptState | undefined, now: Millis): Decision;
  /** Of a deadline from which too much follows for a record. Throws where nobody can be stopped instead. */
  onTooLarge(due: DueDeadline, state: KeptState | undefined, now: Millis): Decision;
}

export interface Decision {
  /** The same object as given where nothing changed. */
  readonly state: KeptState | undefined;
  readonly emissions: readonly OutgoingEmission[];
}
