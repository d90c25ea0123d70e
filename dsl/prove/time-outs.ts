/** Waits that no time-out ends. Of those that can be written only a hand-off has none; the rest is checked all the same. */
import { flowOf, type Machine } from '../machine/machine.ts';
import type { Node } from '../machine/nodes.ts';
import type { Finding } from './finding.ts';
import type { MachineGraph } from './graph.ts';

export function waitsWithoutTimeOut(machine: Machine, graph: MachineGraph): readonly Finding[] {
  return [...graph.values()].flatMap(({ flow, places, ways, nodes }) =>
    places.flatMap(({ node, isWait }, place): readonly Finding[] => {
      const found = nodes[node];
      if (!isWait || !found) return [];
      if (found.op === 'handoff') return found.withinMs === undefined ? [openHandoff(found, flow, node)] : [];
      const ends = ways[place]?.some(({ by }) => by === 'time' || by === 'data') ?? false;
      if (ends && hasTime(machine, flow, found)) return [];
      const { line, column, state } = found;
      const message = `"${state}" waits without a time-out: only the lifetime ends it`;
      return [{ code: 'wait-without-time-out', flow, line, column, message, expected: '"within" and "silence"' }];
    }),
  );
}

function openHandoff({ line, column, state }: Node, flow: string, node: number): Finding {
  const message = `where nobody takes over at "${state}", only the lifetime ends the conversation`;
  const claim = { sees: 'passage', flow, node } as const;
  return {
    code: 'wait-without-time-out',
    severity: 'warning',
    flow,
    line,
    column,
    message,
    expected: '"within"',
    claim,
  };
}

function hasTime(machine: Machine, flow: string, node: Node): boolean {
  const isTime = (ms: number | undefined): boolean => ms !== undefined && Number.isFinite(ms) && ms >= 0;
  if (node.op === 'ask' || node.op === 'listen') return isTime(node.withinMs);
  if (node.op === 'delay') return node.until !== undefined || node.at !== undefined || isTime(node.forMs);
  return node.op !== 'fetch' || isTime(flowOf(machine, flow).sources[node.source]?.timeoutMs);
}
