import type { MachineDescription } from '../machine.ts';

/** One row of the table: the same thing measured once a round. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly values: readonly number[];
}

/** What one round of a part measured, by name. Names begin with what was varied, where something was. */
export type Measured = Readonly<Record<string, { readonly value: number; readonly unit: string }>>;

export interface PartResult {
  readonly part: string;
  readonly figures: readonly Figure[];
  /** What does not add up; empty where everything does. */
  readonly discrepancies: readonly string[];
}

/** What a part has measured in one round. */
export interface PartRound {
  readonly measured: Measured;
  readonly discrepancies: readonly string[];
}

/** A suite that is made of parts. */
export interface PartsBench {
  readonly suite: string;
  readonly machine: MachineDescription;
  readonly options: object;
  readonly parts: readonly PartResult[];
  readonly discrepancies: readonly string[];
}

export function gathered(part: string, rounds: readonly PartRound[]): PartResult {
  const names = Object.keys(rounds[0]?.measured ?? {});
  const figures = names.map((name) => {
    const found = rounds.flatMap(({ measured }) => measured[name] ?? []);
    return { name, unit: found[0]?.unit ?? '', values: found.map(({ value }) => value) };
  });
  return { part, figures, discrepancies: rounds.flatMap(({ discrepancies }) => discrepancies) };
}
