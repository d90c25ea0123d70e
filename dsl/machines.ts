import type { MachineHash } from '../channels/brands.ts';
import type { Machine } from './machine.ts';
import { programOf } from './expression/program.ts';
import type { Machines } from './step/contract.ts';

/**
 * The machines given; of those with the same name the last is the active one. `active()` always returns the same
 * list, which lets the step keep its index of keywords and event types beside it.
 */
export function machinesOf(list: readonly Machine[]): Machines {
  const byHash = new Map<MachineHash, Machine>();
  const newest = new Map<string, Machine>();
  for (const machine of list) {
    byHash.set(machine.hash, machine);
    newest.set(machine.name, machine);
    programOf(machine);
  }
  const active = [...newest.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    byHash: (hash) => byHash.get(hash),
    active: () => active,
  };
}
