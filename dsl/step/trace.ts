/** What a conversation passes through during a step, for coverage. Off the record: no event, no state. */
import type { MachineHash } from '../../channels/brands.ts';
import type { Machine } from '../machine/machine.ts';
import type { Target } from '../machine/nodes.ts';
import type { ConversationDraft, Draft } from './draft.ts';
import { topOf } from './frames.ts';

export interface Passage {
  readonly machine: MachineHash;
  readonly flow: string;
  readonly node: Target;
  /**
   * The way out that was taken, where a node has several, as `edgesOf` names it: `reply 0`, `any`, `otherwise`,
   * `exhausted`, `silence 1`, `case 0`, `outcome rebooked`, … Absent: the node was entered.
   */
  readonly way?: string;
}

export type Trace = (passage: Passage) => void;

/** Notes a node of the running flow that is entered or, with `way`, left. */
export function trace(
  draft: Draft,
  machine: Machine,
  conversation: ConversationDraft,
  node: Target,
  way?: string,
): void {
  draft.trace?.({
    machine: machine.hash,
    flow: topOf(conversation).flow,
    node,
    ...(way === undefined ? {} : { way }),
  });
}
