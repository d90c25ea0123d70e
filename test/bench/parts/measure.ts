import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeMachine } from '../machine.ts';
import { gathered, type PartResult, type PartRound, type PartsBench } from './figures.ts';

export interface Measuring {
  readonly suite: string;
  readonly rounds: number;
  /** Empty; each round of a part gets a folder of its own in it. */
  readonly folder: string;
  readonly progress: (line: string) => void;
  /** What the report names. */
  readonly options: object;
}

/** Measures one part after the other, each several rounds long. */
export async function measureParts<Name extends string>(
  parts: readonly Name[],
  measure: (part: Name, folder: string) => Promise<PartRound>,
  { suite, rounds, folder, progress, options }: Measuring,
): Promise<PartsBench> {
  const machine = await describeMachine(folder);
  const results: PartResult[] = [];
  for (const part of parts) {
    const measured: PartRound[] = [];
    for (let round = 1; round <= rounds; round++) {
      progress(`${part}, round ${round.toString()} of ${rounds.toString()}`);
      const mine = join(folder, `${part}-${round.toString()}`);
      await mkdir(mine);
      measured.push(await measure(part, mine));
      await rm(mine, { recursive: true });
    }
    results.push(gathered(part, measured));
  }
  const discrepancies = results.flatMap(({ part, discrepancies: found }) => found.map((line) => `${part}: ${line}`));
  return { suite, machine, options, parts: results, discrepancies };
}
