/**
 * STOP silences a conversation wherever it waits, and HELP is answered there and changes nothing. It follows from how
 * the platform takes messages; here it is tried in every place that dialogues come to, rather than believed.
 */
import type { ConversationState } from '../contact.ts';
import type { Machine } from '../machine/machine.ts';
import type { Person } from '../scenario/scenario.ts';
import type { Finding } from './finding.ts';
import { openOf, placeOf, play, type Played } from './play.ts';

/** Longer than anything may wait. */
const FOR_EVER_MS: number = 401 * 86_400_000;

export function unheardWords(machine: Machine, played: Played, person: Person): readonly Finding[] {
  const conversation = openOf(machine, played);
  if (!conversation) return [];
  const says = (text: string): Played => play(played, { do: 'reply', person, text, from: conversation.connector });
  const found: Finding[] = [];
  const stopped = says('STOP');
  const later = play(stopped, { do: 'advance', ms: FOR_EVER_MS, text: '401d' });
  if (openOf(machine, stopped)?.id === conversation.id || hasMessage(later))
    found.push(findingOf(machine, conversation, 'stop-unheard', 'STOP does not silence the conversation'));
  const helped = says('HELP');
  const after = openOf(machine, helped);
  if (!hasMessage(helped) || !after || placeOf(after) !== placeOf(conversation))
    found.push(findingOf(machine, conversation, 'help-unheard', 'HELP is not answered, or changes the conversation'));
  return found;
}

function hasMessage({ events }: Played): boolean {
  return events.some(({ type }) => type === 'message.requested');
}

function findingOf(
  machine: Machine,
  { frames, wait }: ConversationState,
  code: 'stop-unheard' | 'help-unheard',
  what: string,
): Finding {
  const { flow = '' } = frames.at(-1) ?? {};
  const { line = 1, column = 1, state = flow } = machine.flows[flow]?.nodes[wait.node] ?? {};
  return { code, flow, line, column, message: `${what} at "${state}"` };
}
