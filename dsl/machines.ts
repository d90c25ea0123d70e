import type { MachineHash } from '../channels/brands.ts';
import { awaitedEventsOf } from './awaited-events.ts';
import type { Machine } from './machine/machine.ts';
import { programOf } from './expression/program.ts';
import type { Correlation, Machines } from './step/contract.ts';

/**
 * The machines given; `inForce` are the active ones, without it of those with the same name the last. `active()` always
 * returns the same list, which lets the step keep its index of keywords and event types beside it.
 */
export function machinesOf(list: readonly Machine[], inForce: readonly Machine[] = list): Machines {
  const byHash = new Map<MachineHash, Machine>();
  for (const machine of list) {
    byHash.set(machine.hash, machine);
    programOf(machine);
  }
  const newest = new Map(inForce.map((machine) => [machine.name, machine]));
  const active = [...newest.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  let correlations: ReadonlyMap<string, readonly Correlation[]> | undefined;
  return {
    byHash: (hash) => byHash.get(hash),
    active: () => active,
    correlations: (type) => (correlations ??= correlationsOf([...byHash.values()])).get(type) ?? [],
  };
}

/** By type of event. Where several machines have an expression, the newest stands for them. */
function correlationsOf(machines: readonly Machine[]): ReadonlyMap<string, readonly Correlation[]> {
  const byType = new Map<string, Map<string, Correlation>>();
  for (const machine of machines) {
    for (const { type, key } of awaitedEventsOf(machine)) {
      const ofType = byType.get(type) ?? new Map<string, Correlation>();
      byType.set(type, ofType.set(key, { type, key, machine }));
    }
  }
  return new Map([...byType].map(([type, ofType]) => [type, [...ofType.values()]]));
}
