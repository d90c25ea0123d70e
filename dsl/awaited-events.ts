/** Which events of the customer's own a machine waits for, anywhere in it. */
import type { Machine } from './machine/machine.ts';
import type { AwaitedEvent } from './machine/nodes.ts';

const known = new WeakMap<Machine, readonly AwaitedEvent[]>();

export function awaitedEventsOf(machine: Machine): readonly AwaitedEvent[] {
  const found = known.get(machine);
  if (found) return found;
  const made = Object.values(machine.flows).flatMap(({ nodes, interrupts }) => [
    ...nodes.flatMap((node) => (node.op === 'listen' ? node.events : [])),
    ...interrupts.flatMap(({ on }) => on ?? []),
  ]);
  known.set(machine, made);
  return made;
}
