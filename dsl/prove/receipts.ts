/** Reply clocks that wait for a receipt which the project's connectors do not give. */
import type { Machine } from '../machine/machine.ts';
import type { AskNode } from '../machine/nodes.ts';
import type { Position } from '../machine/position.ts';
import type { ProjectConnectors } from '../project/project.ts';
import type { Finding } from './finding.ts';
import type { MachineGraph } from './graph.ts';

export function clocksWithoutReceipt(
  machine: Machine,
  graph: MachineGraph,
  connectors: ProjectConnectors,
): readonly Finding[] {
  const names = Object.keys(connectors);
  const silent = names.filter((name) => connectors[name]?.receipts === 'sent');
  if (silent.length === 0) return [];
  return [...graph.values()].flatMap(({ flow, places, nodes }) =>
    [...new Set(places.map(({ node }) => node))].flatMap((node): readonly Finding[] => {
      const ask = nodes[node];
      if (ask?.op !== 'ask' || ask.from !== 'delivered') return [];
      return [findingOf(ask, { flow, node }, silent, silent.length === names.length)];
    }),
  );
}

function findingOf(
  { line, column, state }: AskNode & Position & { readonly state: string },
  place: { readonly flow: string; readonly node: number },
  silent: readonly string[],
  isEverywhere: boolean,
): Finding {
  return {
    code: 'receipt-missing',
    severity: isEverywhere ? 'error' : 'warning',
    flow: place.flow,
    line,
    column,
    message: `the reply clock at "${state}" never starts on ${silent.join(' and ')}: nothing tells there that a message was delivered`,
    expected: 'from: sent, which is what counts without "from"',
    claim: { sees: 'passage', ...place },
  };
}
