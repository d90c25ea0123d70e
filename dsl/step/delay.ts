/** Waits until a time. */
import { ExpressionError } from '../expression/program.ts';
import { ValueError } from '../expression/values.ts';
import { MAX_WAIT_MS } from '../limits.ts';
import type { DelayNode } from '../machine/nodes.ts';
import { nextLocalTime } from '../text/local-time.ts';
import { activationOf, zoneOf } from './activation.ts';
import { ConversationFailure } from './finish.ts';
import { stopInterruptedClocks } from './interrupt.ts';
import { isoOf, pauseLifetime, schedule } from './timers.ts';
import { programIn, type Outcome, type Turn } from './turn.ts';

export function delay(turn: Turn, node: DelayNode, state: string, at: number): Outcome {
  const { conversation, draft } = turn;
  const due = dueOf(turn, node);
  if (due <= draft.now) return 'next';
  if (due - draft.now > MAX_WAIT_MS) {
    throw new ConversationFailure('wait-too-long', `the delay would end at ${isoOf(due)}, more than 400 days ahead`);
  }
  pauseLifetime(draft, conversation);
  stopInterruptedClocks(draft, conversation);
  const timer = schedule(draft, conversation, 'delay', due);
  conversation.wait = { for: 'delay', node: at, since: draft.now, timer };
  draft.emit('conversations', 'conversation.waiting', { state, for: 'delay', until: isoOf(due) }, conversation.id);
  return 'rest';
}

function dueOf(turn: Turn, { at, until, forMs = 0 }: DelayNode): number {
  if (at) return nextLocalTime(turn.draft.now, at, zoneOf(turn.draft, turn.machine));
  return until === undefined ? turn.draft.now + forMs : timeOf(turn, until);
}

function timeOf(turn: Turn, expression: string): number {
  const value = programIn(turn).evaluate('flow', expression, activationOf(turn));
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.getTime();
  throw new ExpressionError(expression, new ValueError('gives no time'));
}
