/**
 * STOP silences a conversation wherever it waits. It follows from how the platform takes messages; here it is tried in
 * every place that dialogues come to, rather than believed.
 */
import type { Machine } from '../machine.ts';
import type { Person } from '../scenario/scenario.ts';
import type { Finding } from './finding.ts';
import { openOf, play, type Played } from './play.ts';

/** Longer than anything may wait. */
const FOR_EVER_MS: number = 401 * 86_400_000;

export function stopUnheard(machine: Machine, played: Played, person: Person): Finding | undefined {
  const conversation = openOf(machine, played);
  if (!conversation) return undefined;
  const from = conversation.connector;
  const stopped = play(played, { do: 'reply', person, text: 'STOP', from });
  const later = play(stopped, { do: 'advance', ms: FOR_EVER_MS, text: '401d' });
  const isOpen = openOf(machine, stopped)?.id === conversation.id;
  const isHeard = later.events.some(({ type }) => type === 'message.requested');
  if (!isOpen && !isHeard) return undefined;
  const { flow = '' } = conversation.frames.at(-1) ?? {};
  const { line = 1, column = 1, state = flow } = machine.flows[flow]?.nodes[conversation.wait.node] ?? {};
  return { code: 'stop-unheard', line, column, message: `STOP does not silence the conversation at "${state}"` };
}
