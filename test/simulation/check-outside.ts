import { decodeEvent } from '../../channels/encode.ts';
import { deadLetterTopic, partitionTopic } from '../../channels/topics.ts';
import { TENANT } from './founding.ts';
import { channelTopics, identityOf, isEvent, takenOf, type History } from './history.ts';
import type { World } from './world.ts';

const REQUESTS = new Set(['message.requested', 'data.requested']);
const ANSWERS = new Set(['message.sent', 'message.failed', 'data.received']);

/** People got each message that was requested, and nothing else; of each it is told once what became of it. */
export function checkOutside({ outside }: World, history: History): readonly string[] {
  const problems: string[] = [];
  const requested = new Set<string>();
  const told = new Map<string, string[]>();
  for (const [, messages] of channelTopics(history, ['messaging', 'data'])) {
    for (const message of takenOf(messages)) {
      const { id, type } = identityOf(message);
      if (REQUESTS.has(type) && isEvent(message)) requested.add(id);
      if (!ANSWERS.has(type)) continue;
      const cause = decodeEvent(message.payload).causationid ?? '';
      told.set(cause, [...(told.get(cause) ?? []), type]);
    }
  }
  const done = new Set([...outside.deliveries.keys(), ...outside.questions.keys()]);
  const given = givenUp(history);
  for (const id of requested) {
    const answers = told.get(id) ?? [];
    if (answers.length !== 1 && !(answers.length === 0 && given.has(id)))
      problems.push(`of ${id} it was told ${answers.length} times what became of it`);
    const mayHaveFailed = answers[0] === 'message.failed' || given.has(id);
    if (!mayHaveFailed && !done.has(id)) problems.push(`${id} was requested and never reached the world outside`);
  }
  for (const id of done)
    if (!requested.has(id)) problems.push(`${id} reached the world outside and was never requested`);
  return problems;
}

/** What a connector could not take, and put aside. */
function givenUp(history: History): ReadonlySet<string> {
  const letters = history.get(partitionTopic(deadLetterTopic(TENANT), 0)) ?? [];
  return new Set(letters.map((letter) => identityOf(letter).id));
}
