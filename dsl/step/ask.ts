/** Asks, and waits for the reply. */
import type { ReplyWait } from '../contact.ts';
import type { AskNode, Node, Target, WaitAgainNode } from '../machine/nodes.ts';
import { isHeld } from './held.ts';
import { stopInterruptedClocks } from './interrupt.ts';
import { say } from './send.ts';
import { pauseLifetime, runLifetime, schedule } from './timers.ts';
import { trace } from './trace.ts';
import { nodeAt, type Outcome, type Turn } from './turn.ts';

/** A question that is left out can get no reply: it is left as by silence. */
export function ask(turn: Turn, node: Node & AskNode, at: number): Outcome {
  if (say(turn, node.state, node, node.choices)) {
    return awaitReply(turn, node, at, { stage: 0, misses: 0, withinMs: node.withinMs });
  }
  const { to, way } = unanswered(node);
  trace(turn.draft, turn.machine, turn.conversation, at, way);
  return { to, reason: 'silence' };
}

/** Where a question leads that never gets a reply. */
export function unanswered({ silence }: AskNode): { readonly to: Target; readonly way: string } {
  const last = silence.length - 1;
  return { to: silence[last]?.to ?? 0, way: `silence ${last}` };
}

/** The clock starts when the newest message is sent; where this turn said nothing, now. */
function awaitReply(
  turn: Turn,
  node: Node & AskNode,
  at: number,
  { stage, misses, withinMs, labels: before }: Pick<ReplyWait, 'stage' | 'misses' | 'withinMs' | 'labels'>,
): Outcome {
  const { conversation, draft } = turn;
  const { said, labels = before } = turn;
  stopInterruptedClocks(draft, conversation);
  if (said !== undefined && isHeld(draft, conversation, said)) pauseLifetime(draft, conversation);
  else runLifetime(draft, conversation);
  const from = node.from === undefined ? {} : { from: node.from };
  const shown = labels === undefined ? {} : { labels };
  const clock =
    said === undefined ? { timer: schedule(draft, conversation, 'reply', draft.now + withinMs) } : { message: said };
  const since = draft.now;
  conversation.wait = { for: 'reply', node: at, stage, misses, withinMs, since, ...from, ...shown, ...clock };
  draft.emit('conversations', 'conversation.waiting', { state: node.state, for: 'reply' }, conversation.id);
  return 'rest';
}

export function waitAgain(turn: Turn, node: WaitAgainNode): Outcome {
  const { wait } = turn.conversation;
  if (wait.for !== 'reply') throw new Error(`conversation ${turn.conversation.id} waits again without having asked`);
  const ask = askAt(turn, node.ask);
  return awaitReply(turn, ask, node.ask, { ...wait, withinMs: node.withinMs ?? wait.withinMs });
}

export function askAt(turn: Turn, index: number): Node & AskNode {
  const node = nodeAt(turn.machine, turn.conversation, index);
  if (node.op !== 'ask') throw new Error(`node ${index} of machine ${turn.machine.hash} is no ask`);
  return node;
}
