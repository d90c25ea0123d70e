import { simulate } from './simulation.ts';

/** What a hunt for one planted bug came to. */
export interface Catch {
  readonly plant: string;
  /** The first seed that shows it; absent where none of them does. */
  readonly seed?: number;
  readonly problem?: string;
  /** What does not hold in the same world without the bug: nothing, unless there is another. */
  readonly without?: readonly string[];
}

/** Plants the bug, and tries seeds until one shows it. */
export async function hunt(plant: string, seedsMax: number): Promise<Catch> {
  for (let seed = 1; seed <= seedsMax; seed++) {
    const { problems } = await simulate(seed, { plant });
    const [problem] = problems;
    if (problem === undefined) continue;
    const { problems: without } = await simulate(seed, { leansTo: plant });
    return { plant, seed, problem, without };
  }
  return { plant };
}
