/** Loops in which it never waits: they end with the limit of steps after one input. */
import type { Machine } from '../machine/machine.ts';
import { unboundedCycles } from './cycles.ts';
import type { Finding } from './finding.ts';
import type { FlowGraph, MachineGraph, Way } from './graph.ts';

/** How such a loop ends when it does not end by itself. */
export const LOOP_FAILURES: readonly string[] = ['steps-exceeded', 'visits-exceeded'];

const atOnce = ({ by }: Way): boolean => by === 'runs';

export function loopsWithoutWait(_machine: Machine, graph: MachineGraph): readonly Finding[] {
  return [...graph.values()].flatMap((flow) => unboundedCycles(flow, atOnce).map((cycle) => findingOf(flow, cycle)));
}

function findingOf({ flow, ways, places, nodes }: FlowGraph, cycle: readonly number[]): Finding {
  const within = new Set(cycle);
  const mayEnd = cycle.some((place) => ways[place]?.some(({ to, isChance }) => isChance || !within.has(to)));
  const [node = 0] = cycle.map((place) => places[place]?.node ?? 0).sort((a, b) => a - b);
  const { line = 1, column = 1, state = flow } = nodes[node] ?? {};
  const failure = { sees: 'failure', codes: LOOP_FAILURES } as const;
  return {
    code: 'loop-without-wait',
    flow,
    line,
    column,
    message: mayEnd
      ? `from "${state}" it may come back to "${state}" without waiting, and nothing bounds how often`
      : `from "${state}" it comes back to "${state}" without waiting, without end`,
    expected: 'a question or a delay in the loop, or "repeat" with "most"',
    ...(mayEnd
      ? { severity: 'warning', claim: { sees: 'passage', flow, node, times: 2 }, worst: failure }
      : { claim: failure }),
  };
}
