import { decodeEvent } from '../../channels/encode.ts';
import type { Event } from '../../channels/event.ts';
import { channelTopics, takenOf, type History } from './history.ts';

const ENDS = new Set(['broadcast.completed', 'broadcast.cancelled', 'broadcast.missed']);

interface Told {
  readonly name: string;
  /** People that it started a conversation with. */
  readonly targeted: string[];
  /** Ids of what was stated of its end. */
  readonly ends: Map<string, Event>;
}

/** Each broadcast has ended once, nobody is targeted twice, and everybody where it was completed. */
export function checkBroadcasts(history: History): readonly string[] {
  const broadcasts = new Map<string, Told>();
  for (const [, messages] of channelTopics(history, ['broadcasts'])) {
    for (const event of takenOf(messages).map(({ payload }) => decodeEvent(payload))) {
      const { broadcast: name } = event.data as { readonly broadcast: string };
      const told = broadcasts.get(name) ?? { name, targeted: [], ends: new Map<string, Event>() };
      broadcasts.set(name, told);
      if (event.type === 'broadcast.recipient-targeted') told.targeted.push(event.subject ?? '');
      if (ENDS.has(event.type)) told.ends.set(event.id, event);
    }
  }
  return [...broadcasts.values()].flatMap(problemsOf);
}

function problemsOf({ name, targeted, ends }: Told): readonly string[] {
  const problems: string[] = [];
  if (ends.size !== 1) problems.push(`the broadcast ${name} ended ${ends.size} times`);
  if (new Set(targeted).size !== targeted.length) problems.push(`the broadcast ${name} targeted somebody twice`);
  const [end] = ends.values();
  if (end?.type === 'broadcast.completed') {
    const { targeted: expected } = end.data as { readonly targeted: number };
    if (expected !== targeted.length)
      problems.push(`the broadcast ${name} targeted ${targeted.length} people instead of ${expected}`);
  }
  return problems;
}
