import type { Program } from '../expression/program.ts';
import type { Machine, Node, Target } from '../machine.ts';
import type { ConversationDraft, Draft } from './draft.ts';

/** One conversation's part in one step. */
export interface Turn {
  readonly draft: Draft;
  readonly conversation: ConversationDraft;
  readonly machine: Machine;
  readonly program: Program;
  /** Messages requested before this turn: tells whether it said anything. */
  readonly messagesBefore: number;
}

/** Why a conversation went from one state to another, as `conversation.advanced` tells it. */
export type Reason = 'next' | 'goto' | 'branch' | 'reply' | 'otherwise' | 'exhausted' | 'silence' | 'delay';

/** What a node does next: go on, jump, or rest (it waits, or has ended). */
export type Outcome = 'next' | 'rest' | { readonly to: Target; readonly reason: Reason };

/** Throws where a machine points outside itself: a bug of the compiler, not of the definition. */
export function nodeAt(machine: Machine, index: Target): Node {
  const node = machine.nodes[index];
  if (!node) throw new Error(`machine ${machine.hash} has no node ${index}`);
  return node;
}
