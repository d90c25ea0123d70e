import type { Flow } from '../../machine/flow.ts';
import type { Target } from '../../machine/nodes.ts';
import { EVENT, plus, without, type Fact, type Facts } from './facts.ts';
import { rests, type Way } from './ways.ts';

/** A flow as the analysis sees it. */
export interface Graph {
  readonly flow: Flow;
  readonly ways: readonly (readonly Way[])[];
  /** By node: what it reads, so that it has a value afterwards. */
  readonly reads: readonly Facts[];
  /** By interrupt: what it gives. */
  readonly interrupts: readonly (readonly Fact[])[];
  /** What has a value at the beginning. */
  readonly entry: Facts;
}

/** By node: what has a value on every way to it; undefined where no way leads. */
export type Solution = readonly (Facts | undefined)[];

/** The greatest solution. Going back to a wait tells nothing new of it. */
export function solve({ flow, ways, reads, interrupts, entry }: Graph): Solution {
  const known: (Facts | undefined)[] = flow.nodes.map(() => undefined);
  const changed: Target[] = [];
  const meet = (at: Target, facts: Facts): void => {
    const before = known[at];
    const after = before ? intersection(before, facts) : facts;
    if (before && after.size === before.size) return;
    known[at] = after;
    changed.push(at);
  };
  const drain = (): void => {
    for (let at = changed.pop(); at !== undefined; at = changed.pop()) {
      const facts = plus(known[at] ?? new Set(), reads[at] ?? []);
      for (const { to, gives, renews = [] } of ways[at] ?? []) meet(to, plus(without(facts, renews), gives));
    }
  };
  meet(0, entry);
  if (flow.failed !== undefined) meet(flow.failed, entry);
  drain();
  for (let size = ''; size !== sizeOf(known);) {
    size = sizeOf(known);
    const resting = whereverItRests(flow, known);
    if (!resting) break;
    flow.interrupts.forEach(({ to }, index) => {
      meet(to, plus(without(resting, [EVENT]), interrupts[index] ?? []));
    });
    if (flow.expired !== undefined) meet(flow.expired, resting);
    drain();
  }
  return known;
}

/** What has a value wherever the flow may rest; undefined where it never does. */
export function whereverItRests(flow: Flow, known: Solution): Facts | undefined {
  let resting: Facts | undefined;
  flow.nodes.forEach((node, at) => {
    const facts = known[at];
    if (facts && rests(node)) resting = resting ? intersection(resting, facts) : facts;
  });
  return resting;
}

/** Changes whenever the solution does: sets only shrink, nodes only become known. */
function sizeOf(known: Solution): string {
  return known.map((facts) => facts?.size ?? '-').join(' ');
}

export function intersection(one: Facts, other: Facts): Facts {
  return new Set([...one].filter((fact) => other.has(fact)));
}
