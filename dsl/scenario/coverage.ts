/** Which steps and edges of definitions scenarios have passed through. */
import type { MachineHash } from '../../channels/brands.ts';
import type { Machine } from '../machine/machine.ts';
import type { Passage, Trace } from '../step/trace.ts';
import { edgesOf, stopsOf, type Edge, type Stop } from './edges.ts';

export interface DefinitionCoverage {
  readonly name: string;
  readonly stops: Covered<Stop>;
  readonly edges: Covered<Edge>;
}

export interface Covered<Item> {
  readonly total: number;
  readonly missing: readonly Item[];
}

export class Coverage {
  private readonly passed = new Map<MachineHash, Set<string>>();

  readonly trace: Trace = (passage) => {
    this.add(passage);
  };

  /** True where it is new. */
  add(passage: Passage): boolean {
    const known = this.passed.get(passage.machine) ?? new Set<string>();
    this.passed.set(passage.machine, known);
    const size = known.size;
    known.add(keyOf(passage));
    return known.size > size;
  }

  has(machine: MachineHash, passage: Omit<Passage, 'machine'>): boolean {
    return this.passed.get(machine)?.has(keyOf(passage)) ?? false;
  }

  of(machine: Machine): DefinitionCoverage {
    const { hash, name } = machine;
    const stops = stopsOf(machine);
    const edges = edgesOf(machine);
    return {
      name,
      stops: {
        total: stops.length,
        missing: stops.filter(({ flow, node }) => !this.has(hash, { flow, node })),
      },
      edges: { total: edges.length, missing: edges.filter((edge) => !this.has(hash, edge)) },
    };
  }
}

function keyOf({ flow, node, way }: Omit<Passage, 'machine'>): string {
  return `${flow} ${node} ${way ?? ''}`;
}

/** In per cent, rounded down: 100 means all. */
export function percentOf({ total, missing }: Covered<unknown>): number {
  return total === 0 ? 100 : Math.floor(((total - missing.length) / total) * 100);
}
