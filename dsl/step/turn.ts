import type { Event } from '../../channels/event.ts';
import { programOf, type Program } from '../expression/program.ts';
import type { Machine } from '../machine/machine.ts';
import type { Node, Target } from '../machine/nodes.ts';
import { runningFlow } from './frames.ts';
import type { ConversationDraft, Draft } from './draft.ts';
import { StuckError } from './stuck.ts';

/** One conversation's part in one step. */
export interface Turn {
  readonly draft: Draft;
  readonly conversation: ConversationDraft;
  readonly machine: Machine;
  /** Number of the newest message that this turn said, or that waits to be said. */
  said?: number;
  /** Of the choices of that message, folded; only where a label has expressions. */
  labels?: readonly string[] | undefined;
  /** What it goes on by, where that is an event of the customer's own. */
  event?: Event;
  /** While `failed` or `expired` has its say: how the conversation ends unless that leads elsewhere. */
  ending?: Ending | undefined;
}

export interface Ending {
  readonly type: 'conversation.failed' | 'conversation.expired';
  readonly data: object;
}

/** Why a conversation went from one state to another, as `conversation.advanced` tells it. */
export type Reason =
  | 'next'
  | 'goto'
  | 'branch'
  | 'reply'
  | 'otherwise'
  | 'exhausted'
  | 'silence'
  | 'delay'
  | 'event'
  | 'split'
  | 'repeat'
  | 'call'
  | 'return'
  | 'interrupt'
  | 'resume'
  | 'restart'
  | 'failed'
  | 'expired'
  | 'data'
  | 'data-failed'
  | 'migrated'
  | 'returned'
  | 'nobody';

/**
 * What a node does next: go on, jump, or rest (it waits, or has ended). `from`: the node from which a jump is measured,
 * where it is not the one that was performed: a call's, when what it called has ended.
 */
export type Outcome = 'next' | 'rest' | { readonly to: Target; readonly reason: Reason; readonly from?: Target };

/** Of the flow that runs. Throws StuckError where a machine points outside itself: a bug of the compiler. */
export function nodeAt(machine: Machine, conversation: ConversationDraft, index: Target): Node {
  const node = runningFlow(machine, conversation).nodes[index];
  if (!node) throw new StuckError(conversation.id, 'input-failed', `machine ${machine.hash} has no node ${index}`);
  return node;
}

/** Of the flow that runs. */
export function programIn({ machine, conversation }: Turn): Program {
  return programOf(machine, runningFlow(machine, conversation));
}
