/** Places from which no end can be reached, whatever the person says. */
import { MAIN, type Machine } from '../machine/machine.ts';
import { componentsOf } from './components.ts';
import type { Finding } from './finding.ts';
import { leadingTo, type FlowGraph, type MachineGraph } from './graph.ts';

export function deadEnds(machine: Machine, graph: MachineGraph): readonly Finding[] {
  return [...graph.values()].flatMap((flow) => [...strayPlaces(flow), ...endless(machine, graph, flow)]);
}

/** The compiler leaves none: it is checked all the same. */
function strayPlaces({ stray, places, nodes, flow }: FlowGraph): readonly Finding[] {
  return [...stray].map((place): Finding => {
    const { node = 0, isWait = false } = places[place] ?? {};
    const { line = 1, column = 1, state = flow } = nodes[node] ?? nodes.at(-1) ?? {};
    const message = isWait ? `"${state}" waits, and nothing leads on` : `nothing says how it goes on after "${state}"`;
    return { code: 'dead-end', flow, line, column, message };
  });
}

/** One finding for each set of places that lead only to one another. */
function endless(machine: Machine, graph: MachineGraph, flow: FlowGraph): readonly Finding[] {
  if (canBeLeft(machine, graph, flow.flow, new Set())) return [];
  const alive = leadingTo(flow.ways, [...flow.ends, ...flow.stray, ...callsOfEndless(graph, flow)]);
  const dead = flow.places.flatMap(({ isWait }, place) => (alive.has(place) || !isWait ? [] : [place]));
  const next = (place: number) => (flow.ways[place] ?? []).map(({ to }) => to);
  const lost = flow.places.flatMap((_, place) => (alive.has(place) ? [] : [place]));
  const isDead = new Set(dead);
  return componentsOf(lost, next).flatMap((component): readonly Finding[] => {
    const within = new Set(component);
    if (component.some((place) => next(place).some((to) => !within.has(to)))) return [];
    const waiting = component.filter((place) => isDead.has(place));
    const [node] = waiting.map((place) => flow.places[place]?.node ?? 0).sort((a, b) => a - b);
    const found = flow.nodes[node ?? -1];
    if (node === undefined || !found) return [];
    const { line, column, state } = found;
    const message = `from "${state}" no way leads to an end, whatever the person says`;
    const claim = { sees: 'passage', flow: flow.flow, node } as const;
    return [
      { code: 'dead-end', flow: flow.flow, line, column, message, expected: 'an "end" that something leads to', claim },
    ];
  });
}

/** What never ends is told where it stands, not where it is called. */
function callsOfEndless(graph: MachineGraph, { places, nodes }: FlowGraph): readonly number[] {
  return places.flatMap(({ node }, place) => {
    const { op, ...rest } = nodes[node] ?? {};
    return op === 'call' && 'flow' in rest && graph.get(rest.flow)?.outcomes.size === 0 ? [place] : [];
  });
}

/** An interrupt of a flow that calls this one can give it up. */
function canBeLeft(machine: Machine, graph: MachineGraph, name: string, seen: Set<string>): boolean {
  if (name === MAIN || seen.has(name)) return false;
  seen.add(name);
  return Object.entries(machine.flows).some(([caller, { nodes, interrupts }]) => {
    if (!nodes.some((node) => node.op === 'call' && node.flow === name)) return false;
    const flow = graph.get(caller);
    const leaving = interrupts.some(
      ({ to }) => nodes.slice(to).find(({ op }) => op === 'leave' || op === 'resume')?.op === 'leave',
    );
    return (flow !== undefined && leaving) || canBeLeft(machine, graph, caller, seen);
  });
}
