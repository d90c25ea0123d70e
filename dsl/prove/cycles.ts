/** Cycles of places that no `repeat` bounds. */
import { componentsOf, isCycle } from './components.ts';
import type { FlowGraph, Way } from './graph.ts';

/** Over the ways that are taken. A `repeat` bounds what goes round in it, unless something leads back to before it. */
export function unboundedCycles(flow: FlowGraph, isTaken: (way: Way) => boolean): readonly (readonly number[])[] {
  const closed = new Set<number>();
  const next = (place: number): readonly number[] => {
    const round = closed.has(place) ? (flow.places[place]?.node ?? 0) + 1 : undefined;
    return (flow.ways[place] ?? [])
      .filter((way) => isTaken(way) && (round === undefined || flow.places[way.to]?.node !== round))
      .map(({ to }) => to);
  };
  const found: (readonly number[])[] = [];
  const search = (places: Iterable<number>): void => {
    for (const component of componentsOf(places, next)) {
      if (!isCycle(component, next)) continue;
      const loops = boundingLoops(flow, component).filter((place) => !closed.has(place));
      if (loops.length === 0) {
        found.push(component);
        continue;
      }
      for (const loop of loops) closed.add(loop);
      search(component);
    }
  };
  search(flow.places.keys());
  return found;
}

/** Loops in the component whose counting begins outside of it. */
export function boundingLoops({ places, nodes }: FlowGraph, component: readonly number[]): readonly number[] {
  const within = new Set(component.map((place) => places[place]?.node));
  return component.filter((place) => {
    const { node = -1 } = places[place] ?? {};
    return nodes[node]?.op === 'loop' && !within.has(node - 1);
  });
}
