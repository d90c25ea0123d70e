/** Loops that go on while nobody answers, until the lifetime is used up. */
import type { Machine } from '../machine/machine.ts';
import { formatDuration } from '../text/format-duration.ts';
import { componentsOf, isCycle } from './components.ts';
import type { Finding } from './finding.ts';
import { isInSilence, leadingTo, type FlowGraph, type MachineGraph } from './graph.ts';

export function loopsInSilence(machine: Machine, graph: MachineGraph): readonly Finding[] {
  return [...graph.values()].flatMap((flow) => {
    const { ways, places, nodes } = flow;
    // A call is left in silence, or it is told where it stands.
    const calls = places.flatMap(({ node }, place) =>
      nodes[node]?.op === 'call' && isStuck(flow, place) ? [place] : [],
    );
    const ending = leadingTo(ways, [...flow.ends, ...flow.stray, ...calls], isInSilence);
    const lost = [...places.keys()].filter((place) => !ending.has(place));
    const next = (place: number) => (ways[place] ?? []).filter(isInSilence).map(({ to }) => to);
    return componentsOf(lost, next)
      .filter((component) => isCycle(component, next))
      .flatMap((component) => findingsOf(machine, flow, component));
  });
}

function isStuck({ ways }: FlowGraph, place: number): boolean {
  return !ways[place]?.some(isInSilence);
}

function findingsOf({ lifetimeMs }: Machine, flow: FlowGraph, component: readonly number[]): readonly Finding[] {
  const waiting = component.map((place) => flow.places[place]).filter((place) => place?.isWait === true);
  const [node] = waiting.map((place) => place?.node ?? 0).sort((a, b) => a - b);
  const found = flow.nodes[node ?? -1];
  if (node === undefined || !found) return [];
  const { line, column, state } = found;
  const hasQuestion = waiting.some((place) => flow.nodes[place?.node ?? -1]?.op === 'ask');
  const until = hasQuestion ? `until its lifetime of ${formatDuration(lifetimeMs)} is used up` : 'without end';
  return [
    {
      code: 'loop-in-silence',
      flow: flow.flow,
      line,
      column,
      message: `while nobody answers it comes back to "${state}" ${until}`,
      expected: 'a way out after some rounds: "repeat", or a last "silence" that ends it',
      claim: { sees: 'return', flow: flow.flow, node },
    },
  ];
}
