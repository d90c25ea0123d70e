/** Strongly connected components (Tarjan), without recursion: a machine may be long. */

/** `next`: the successors of a place among `places`; others are left out. Components come callees first. */
export function componentsOf(
  places: Iterable<number>,
  next: (place: number) => readonly number[],
): readonly (readonly number[])[] {
  const among = new Set(places);
  const order = new Map<number, number>();
  const low = new Map<number, number>();
  const stack: number[] = [];
  const onStack = new Set<number>();
  const components: number[][] = [];
  const enter = (place: number): Visit => {
    order.set(place, order.size);
    low.set(place, order.size - 1);
    stack.push(place);
    onStack.add(place);
    return { place, successors: next(place).filter((one) => among.has(one)), at: 0 };
  };
  const lower = (place: number, to: number | undefined): void => {
    low.set(place, Math.min(low.get(place) ?? 0, to ?? 0));
  };
  for (const root of among) {
    if (order.has(root)) continue;
    const path = [enter(root)];
    for (let visit = path.at(-1); visit; visit = path.at(-1)) {
      const successor = visit.successors[visit.at];
      visit.at += 1;
      if (successor !== undefined) {
        if (!order.has(successor)) path.push(enter(successor));
        else if (onStack.has(successor)) lower(visit.place, order.get(successor));
        continue;
      }
      path.pop();
      const { place } = visit;
      const parent = path.at(-1);
      if (parent) lower(parent.place, low.get(place));
      if (low.get(place) !== order.get(place)) continue;
      const component = stack.splice(stack.lastIndexOf(place));
      for (const one of component) onStack.delete(one);
      components.push(component);
    }
  }
  return components;
}

interface Visit {
  readonly place: number;
  readonly successors: readonly number[];
  at: number;
}

/** More than one place, or one that leads to itself. */
export function isCycle(component: readonly number[], next: (place: number) => readonly number[]): boolean {
  const [first = -1] = component;
  return component.length > 1 || next(first).includes(first);
}
