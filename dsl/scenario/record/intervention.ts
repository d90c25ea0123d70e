/** What no scenario can say: where a conversation was stopped, or somebody laid hands on it. */
import type { Event } from '../../../channels/event.ts';

/** By what was asked for. */
const BY_OPERATORS: Readonly<Record<string, string>> = {
  'conversation.cancel-requested': 'an operator cancelled it',
  'conversation.resume-requested': 'an operator let it go on after it had been parked',
  'conversation.migration-requested': 'an operator moved it to another version',
};

/** A trial, or a move that did not take place: nothing changed. */
const WITHOUT_EFFECT: readonly string[] = ['conversation.migration-tried', 'conversation.migration-refused'];

export function isWithoutEffect({ type }: Event): boolean {
  return WITHOUT_EFFECT.includes(type);
}

/** What was done by it; undefined where the event can be what follows in a scenario. */
export function interventionIn(event: Event, cause: Event | undefined): string | undefined {
  if (event.type === 'conversation.parked') {
    const { code } = event.data as { readonly code: string };
    return `an input that could not be processed parked it (${code})`;
  }
  return cause && BY_OPERATORS[cause.type];
}
