/** A machine's parts without where they stand in the author's files: what is left is what they do. */
import type { Flow } from './flow.ts';
import type { Machine } from './machine.ts';
import type { Node } from './nodes.ts';

export function flowWithoutPositions(flow: Flow): unknown {
  return { ...ruleOf(flow), nodes: flow.nodes.map(nodeWithoutPositions) };
}

/** All of a flow but its nodes. */
export function ruleOf({ nodes: _nodes, file: _file, interrupts, ...flow }: Flow): object {
  return { ...flow, interrupts: interrupts.map(withoutPosition) };
}

export function startsWithoutPositions({ starts }: Pick<Machine, 'starts'>): readonly unknown[] {
  return starts.map(withoutPosition);
}

export function nodeWithoutPositions(node: Node): unknown {
  const bare = withoutPosition(node);
  if (bare.op === 'branch') return { ...bare, cases: bare.cases.map(withoutPosition) };
  if (bare.op === 'listen') return { ...bare, events: bare.events.map(withoutPosition) };
  if (bare.op === 'split') return { ...bare, shares: bare.shares.map(withoutPosition) };
  if (bare.op !== 'ask') return bare;
  const { replies, silence, otherwise } = bare;
  return {
    ...bare,
    replies: replies.map(withoutPosition),
    silence: silence.map(withoutPosition),
    otherwise: otherwise && withoutPosition(otherwise),
  };
}

type WithoutPosition<T> = T extends unknown ? Omit<T, 'line' | 'column'> : never;

/** Names are kept: `line` among an author's data is data. */
function withoutPosition<T extends { readonly line: number; readonly column: number }>(value: T): WithoutPosition<T> {
  const rest = Object.entries(value).filter(([key]) => key !== 'line' && key !== 'column');
  return Object.fromEntries(rest) as WithoutPosition<T>;
}
