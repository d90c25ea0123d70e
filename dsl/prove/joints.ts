import type { Node } from '../machine/nodes.ts';

const JOINTS: ReadonlySet<Node['op']> = new Set([
  'goto',
  'end',
  'fail',
  'wait-again',
  'await-rest',
  'resume',
  'restart',
  'leave',
]);

/**
 * Of a kind that the compiler adds to lead on from what an author wrote. Where nothing leads to one, nothing is missing:
 * every way before it goes elsewhere.
 */
export function isJoint({ op }: Node): boolean {
  return JOINTS.has(op);
}
