import { createHash } from 'node:crypto';
import type { MachineHash } from '../../channels/brands.ts';
import { canonicalJson } from '../json.ts';
import type { Machine } from '../machine/machine.ts';
import type { Node } from '../machine/nodes.ts';

/**
 * Over the machine without positions: a comment moved, a blank line added, quotes changed make no new version, so
 * nobody migrates conversations for layout. Names are kept: `line` among an author's data is data.
 */
export function hashOf(machine: Omit<Machine, 'hash' | 'version'>): MachineHash {
  const content = {
    ...machine,
    starts: machine.starts.map(withoutPosition),
    flows: Object.fromEntries(
      Object.entries(machine.flows).map(([name, flow]) => [
        name,
        {
          ...flow,
          file: undefined,
          nodes: flow.nodes.map(contentOf),
          interrupts: flow.interrupts.map(withoutPosition),
        },
      ]),
    ),
  };
  return `sha256:${createHash('sha256').update(canonicalJson(content)).digest('hex')}` as MachineHash;
}

function contentOf(node: Node): unknown {
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

function withoutPosition<T extends { readonly line: number; readonly column: number }>(value: T): WithoutPosition<T> {
  const rest = Object.entries(value).filter(([key]) => key !== 'line' && key !== 'column');
  return Object.fromEntries(rest) as WithoutPosition<T>;
}
