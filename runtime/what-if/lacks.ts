/** What conversations of the changed play wait for that nobody was asked, so that nothing on record can answer it. */
import type { Event } from '../../channels/event.ts';
import type { ConversationState } from '../../dsl/contact.ts';
import { AWAITED, MATCHED, type MatchedData } from '../../dsl/step/contract.ts';
import type { OutgoingEmission } from '../../dsl/step/outgoing.ts';
import type { RecordedStep } from '../history/recorded-step.ts';
import type { ContactPlay } from './contact-play.ts';
import { stateNames } from './state-names.ts';

export type Lack = 'reply' | 'data' | 'event' | 'hand-off';

export interface Plays {
  readonly control: ContactPlay;
  readonly changed: ContactPlay;
}

export class Lacks {
  readonly #plays: Plays;
  readonly #steps: readonly RecordedStep[];
  readonly #found = new Map<string, Lack>();
  /** Values of events for which the recorded conversations waited. */
  readonly #awaitedOnRecord = new Set<string>();
  #index = 0;

  constructor(plays: Plays, steps: readonly RecordedStep[]) {
    this.#plays = plays;
    this.#steps = steps;
  }

  /** From which step on the record is still to come. */
  standBefore(index: number): void {
    this.#index = index;
  }

  /** What the recorded conversations began to wait for. */
  addAwaited(given: readonly OutgoingEmission[]): void {
    for (const { type, subject } of given)
      if (type === AWAITED && subject !== undefined) this.#awaitedOnRecord.add(subject);
  }

  add(conversation: string, lack: Lack): void {
    this.#found.set(conversation, lack);
  }

  get isAny(): boolean {
    return this.#found.size > 0;
  }

  has(conversation: string): boolean {
    return this.#found.has(conversation);
  }

  /** Of one that waits, or waited in vain. */
  of(id: string): Lack | undefined {
    const found = this.#found.get(id);
    if (found) return found;
    const open = this.#plays.changed.contact?.conversations.find((one) => one.id === id);
    return open && this.#in(open);
  }

  #in({ wait, id }: ConversationState): Lack | undefined {
    if (wait.for === 'reply') {
      if (this.#isLeft(({ type }) => type === 'message.received')) return undefined;
      return this.#wasAsked(id) ? undefined : 'reply';
    }
    if (wait.for === 'handoff') {
      const recorded = this.#plays.control.contact?.conversations.find((one) => one.id === id);
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
    const here = this.#plays.changed.tellings.get(id);
    const recorded = this.#plays.control.tellings.get(id);
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
