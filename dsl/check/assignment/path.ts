import type { Target } from '../../machine/nodes.ts';
import { without, type Fact } from './facts.ts';
import type { Graph } from './solve.ts';
import type { Way } from './ways.ts';

/** Steps told of a way at most: its beginning and its end say enough. */
const MAX_STEPS_TOLD = 8;

interface Came {
  readonly from: Target;
  readonly way: Way;
}

/** The shortest way to a node on which nothing gives the fact a value, for people: `offer (silence) → farewell`. */
export function pathWithout(graph: Graph, fact: Fact, to: Target): string {
  const { flow, entry } = graph;
  const came = new Map<Target, Came | undefined>();
  const roots: Target[] = entry.has(fact) ? [] : [0, ...(flow.failed === undefined ? [] : [flow.failed])];
  roots.push(
    ...flow.interrupts.map((interrupt) => interrupt.to),
    ...(flow.expired === undefined ? [] : [flow.expired]),
  );
  const queue: Target[] = [];
  const visit = (at: Target, from: Came | undefined): void => {
    if (came.has(at)) return;
    came.set(at, from);
    queue.push(at);
  };
  for (const root of roots) visit(root, undefined);
  graph.ways.forEach((ways, from) => {
    for (const way of ways) if (losesIt(way, fact)) visit(way.to, { from, way });
  });
  for (let at = queue.shift(); at !== undefined && !came.has(to); at = queue.shift()) leave(graph, fact, at, visit);
  return tell(graph, came, to);
}

function leave({ ways, reads }: Graph, fact: Fact, at: Target, visit: (at: Target, from: Came) => void): void {
  if (reads[at]?.has(fact)) return;
  for (const way of ways[at] ?? []) if (!way.gives.includes(fact)) visit(way.to, { from: at, way });
}

function losesIt({ gives, renews = [] }: Way, fact: Fact): boolean {
  return !gives.includes(fact) && without(new Set([fact]), renews).size === 0;
}

function tell({ flow }: Graph, came: ReadonlyMap<Target, Came | undefined>, to: Target): string {
  const steps: string[] = [];
  let state = flow.nodes[to]?.state ?? '';
  steps.unshift(state);
  for (let step = came.get(to); step; step = came.get(step.from)) {
    const before = flow.nodes[step.from]?.state ?? '';
    const { title } = step.way;
    if (title !== undefined) steps.unshift(`${before} (${title})`);
    else if (before !== state) steps.unshift(before);
    state = before;
  }
  if (steps.length > MAX_STEPS_TOLD) steps.splice(1, steps.length - MAX_STEPS_TOLD, '…');
  return steps.join(' → ');
}
