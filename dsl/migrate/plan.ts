/** What a migration does to conversations in each state, before anybody is moved. */
import type { EventData } from '../../channels/generated/events.ts';
import { flowOf, type Machine } from '../machine/machine.ts';
import { counterpart, doesTheSame, stepOf, waitsOf, type Place } from './correspondence.ts';

/** What an operator says of states: a step of the new version that is begun in their place. */
export type Entries = NonNullable<EventData['conversation.migration-requested']['states']>;

export interface StatePlan {
  readonly state: string;
  /**
   * `same`: what people notice of it is the same; `changed`: it is there, and not the same; `entered`: a step was named
   * for it; `removed`: it is not there, and conversations in it can not be moved.
   */
  readonly becomes: 'same' | 'changed' | 'entered' | 'removed';
  /** Of the new version. */
  readonly step?: string;
}

/** Every state of the old version in which a conversation can wait, in the order of its steps. */
export function planStates(before: Machine, after: Machine, entries: Entries): readonly StatePlan[] {
  return [...waitsOf(before)].map(([state, place]) => {
    const entered = entries.find(({ left }) => left === state)?.entered;
    return entered === undefined
      ? { state, ...standingFor(before, after, place) }
      : { state, becomes: 'entered', step: entered };
  });
}

function standingFor(before: Machine, after: Machine, { flow, node }: Place): Omit<StatePlan, 'state'> {
  const [was, is] = [flowOf(before, flow), after.flows[flow]];
  const index = is && counterpart(was, node, is);
  const [one, other] = [was.nodes[node], index === undefined ? undefined : is?.nodes[index]];
  if (!one || !other) return { becomes: 'removed' };
  return { becomes: doesTheSame(one, other) ? 'same' : 'changed', step: other.state };
}

/** Sentences where what is said of states can not be meant. */
export function problemsOfEntries(before: Machine, after: Machine, entries: Entries): readonly string[] {
  const states = [...waitsOf(before).keys()];
  return entries.flatMap(({ left, entered }) => [
    ...(states.includes(left)
      ? []
      : [`nothing waits in "${left}" in ${before.version}: it waits in ${states.join(', ')}`]),
    ...(stepOf(after, entered) ? [] : [`${after.version} has no step "${entered}"`]),
  ]);
}
