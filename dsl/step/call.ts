/** Into a snippet, and out of it or of the conversation. */
import { conformFields } from '../expression/values.ts';
import type { Json } from '../json.ts';
import { flowOf } from '../machine/machine.ts';
import type { CallNode } from '../machine/nodes.ts';
import { activationOf } from './activation.ts';
import { awaitInterrupts } from './awaits.ts';
import { conformed, finish } from './finish.ts';
import { beginning, enter, leave } from './frames.ts';
import { trace } from './trace.ts';
import { programIn, type Outcome, type Turn } from './turn.ts';

export function call(turn: Turn, node: CallNode, at: number): Outcome {
  const { conversation, machine } = turn;
  const flow = flowOf(machine, node.flow);
  const program = programIn(turn);
  const activation = activationOf(turn);
  const given: Record<string, Json> = {};
  for (const [name, value] of Object.entries(node.with)) given[name] = program.value('flow', value, activation);
  enter(
    conversation,
    at,
    beginning(
      node.flow,
      flow,
      conformed(() => conformFields(flow.inputs, given, 'inputs.')),
    ),
  );
  awaitInterrupts(turn);
  return { to: 0, reason: 'call', from: -1 };
}

/** Of the conversation; or of a call, which goes on by the outcome. */
export function end({ draft, conversation, machine }: Turn, outcome: string): Outcome {
  if (conversation.frames.length === 1) {
    finish(draft, conversation, 'conversation.completed', { outcome });
    return 'rest';
  }
  const { flow, at = 0 } = leave(machine, conversation);
  const node = flowOf(machine, flow).nodes[at];
  const to = node?.op === 'call' ? (node.outcomes[outcome] ?? node.otherwise) : undefined;
  if (node?.op !== 'call' || to === undefined)
    throw new Error(`conversation ${conversation.id} has no way on from outcome ${outcome}`);
  trace(draft, machine, conversation, at, Object.hasOwn(node.outcomes, outcome) ? `outcome ${outcome}` : 'otherwise');
  return { to, reason: 'return', from: at };
}
