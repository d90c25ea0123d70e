/** Questions to systems whose failure leads nowhere. The checker asks for `failed`; it is checked all the same. */
import type { Machine } from '../machine/machine.ts';
import type { Finding } from './finding.ts';
import type { MachineGraph } from './graph.ts';

export function unhandledFailures(machine: Machine, graph: MachineGraph): readonly Finding[] {
  return [...graph.keys()].flatMap((name) => {
    const { nodes = [], sources = {} } = machine.flows[name] ?? {};
    return nodes.flatMap((node): readonly Finding[] => {
      if (node.op !== 'fetch') return [];
      if (nodes[node.failed] && Object.hasOwn(sources, node.source)) return [];
      const { line, column, state, source } = node;
      const message = `nothing says what happens at "${state}" where ${source} gives no answer`;
      return [{ code: 'failure-unhandled', flow: name, line, column, message, expected: '"failed" beside "fetch"' }];
    });
  });
}
