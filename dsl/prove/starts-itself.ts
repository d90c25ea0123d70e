/** Events of its own that start the conversation again before it has waited for anything. */
import { MAIN, type EmitNode, type Machine, type Position } from '../machine.ts';
import type { Finding } from './finding.ts';
import { reachedFrom, type MachineGraph } from './graph.ts';

export function startsItself(machine: Machine, graph: MachineGraph): readonly Finding[] {
  const types = new Set(machine.starts.flatMap((start) => (start.on === 'event' ? [start.type] : [])));
  if (types.size === 0) return [];
  const findings: Finding[] = [];
  const seen = new Set<string>();
  const follow = (name: string): void => {
    const flow = graph.get(name);
    if (!flow || seen.has(name)) return;
    seen.add(name);
    for (const place of reachedFrom(flow.ways, [0], ({ by }) => by === 'runs')) {
      const node = flow.nodes[flow.places[place]?.node ?? -1];
      if (node?.op === 'call') follow(node.flow);
      if (node?.op === 'emit' && types.has(node.type)) findings.push(findingOf(node));
    }
  };
  follow(MAIN);
  return findings;
}

/** What the start reads of the event may stop it: a dialogue tells. */
function findingOf({ line, column, type }: EmitNode & Position): Finding {
  return {
    code: 'starts-itself',
    severity: 'warning',
    line,
    column,
    message: `"${type}" starts this conversation again at once, which may go on without end`,
    expected: 'another type, a "when" at the start, or a wait before it',
    worst: { sees: 'endless' },
  };
}
