/** More steps after one input than a worker makes: rounds of `repeat` counted, calls included. */
import { MAX_NODES_PER_INPUT } from '../limits.ts';
import type { Machine } from '../machine/machine.ts';
import { boundingLoops } from './cycles.ts';
import { componentsOf, isCycle } from './components.ts';
import type { Finding } from './finding.ts';
import type { FlowGraph, MachineGraph } from './graph.ts';

interface Longest {
  readonly nodes: number;
  readonly from: number;
}

export function tooManySteps(_machine: Machine, graph: MachineGraph): readonly Finding[] {
  const most = new Map<string, number>();
  const findings: Finding[] = [];
  for (const flow of graph.values()) {
    const { nodes, from } = longestIn(flow, most);
    most.set(flow.flow, nodes);
    if (nodes <= MAX_NODES_PER_INPUT) continue;
    const { node = 0 } = flow.places[from] ?? {};
    const { line = 1, column = 1, state = flow.flow } = flow.nodes[node] ?? {};
    findings.push({
      code: 'steps-exceeded',
      flow: flow.flow,
      line,
      column,
      message: `from "${state}" on it may pass more than ${MAX_NODES_PER_INPUT.toString()} steps without waiting`,
      expected: 'a question or a delay in between, or fewer rounds',
      claim: { sees: 'failure', codes: ['steps-exceeded', 'visits-exceeded'] },
    });
  }
  return findings;
}

function longestIn(flow: FlowGraph, callees: ReadonlyMap<string, number>): Longest {
  return longestAmong(flow, callees, [...flow.places.keys()], new Set());
}

/** Longest way among places; `closed` loops begin no further round. Places of unbounded cycles count once. */
function longestAmong(
  flow: FlowGraph,
  callees: ReadonlyMap<string, number>,
  places: readonly number[],
  closed: ReadonlySet<number>,
): Longest {
  const among = new Set(places);
  const next = (place: number): readonly number[] => {
    const round = closed.has(place) ? (flow.places[place]?.node ?? 0) + 1 : undefined;
    return (flow.ways[place] ?? [])
      .filter(({ by, to }) => by === 'runs' && among.has(to) && flow.places[to]?.node !== round)
      .map(({ to }) => to);
  };
  const after = new Map<number, number>();
  let longest: Longest = { nodes: 0, from: 0 };
  // Components come callees first, so what follows one is known already.
  for (const component of componentsOf(places, next)) {
    const within = new Set(component);
    const onwards = component.flatMap((place) => next(place).filter((to) => !within.has(to)));
    const further = Math.max(0, ...onwards.map((to) => after.get(to) ?? 0));
    const own = isCycle(component, next)
      ? roundsOf(flow, callees, component, closed)
      : costOf(flow, callees, component[0]);
    const nodes = own + further;
    for (const place of component) after.set(place, nodes);
    if (nodes > longest.nodes) longest = { nodes, from: component[0] ?? 0 };
  }
  return longest;
}

function roundsOf(
  flow: FlowGraph,
  callees: ReadonlyMap<string, number>,
  component: readonly number[],
  closed: ReadonlySet<number>,
): number {
  const [loop] = boundingLoops(flow, component).filter((place) => !closed.has(place));
  if (loop === undefined) return component.length;
  const node = flow.nodes[flow.places[loop]?.node ?? -1];
  const most = node?.op === 'loop' ? node.most : 1;
  const once = longestAmong(flow, callees, component, new Set([...closed, loop]));
  return once.nodes * most + 1;
}

function costOf({ places, nodes }: FlowGraph, callees: ReadonlyMap<string, number>, place = -1): number {
  const { node = -1, isWait = true } = places[place] ?? {};
  if (isWait) return 0;
  const found = nodes[node];
  return found?.op === 'call' ? 1 + (callees.get(found.flow) ?? 0) : 1;
}
