/** How the engine behaves at its limits: the parts of the suite, each measured several rounds long. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeMachine } from '../machine.ts';
import { gathered, type EngineBench, type PartResult, type PartRound } from './figures.ts';
import type { PartOptions } from './options.ts';
import { timersPart } from './timers-part.ts';

const PARTS = { timers: timersPart } as const satisfies Record<string, (options: PartOptions) => Promise<PartRound>>;

export type PartName = keyof typeof PARTS;

export const PART_NAMES = Object.keys(PARTS) as readonly PartName[];

export interface EngineBenchOptions extends PartOptions {
  readonly parts: readonly PartName[];
  readonly rounds: number;
}

export async function benchEngine(options: EngineBenchOptions): Promise<EngineBench> {
  const { parts, rounds, folder, progress, ...described } = options;
  const machine = await describeMachine(folder);
  const results: PartResult[] = [];
  for (const part of parts) {
    const measured: PartRound[] = [];
    for (let round = 1; round <= rounds; round++) {
      progress(`${part}, round ${round.toString()} of ${rounds.toString()}`);
      const mine = join(folder, `${part}-${round.toString()}`);
      await mkdir(mine);
      measured.push(await PARTS[part]({ ...options, folder: mine }));
      await rm(mine, { recursive: true });
    }
    results.push(gathered(part, measured));
  }
  const discrepancies = results.flatMap(({ part, discrepancies: found }) => found.map((line) => `${part}: ${line}`));
  return { suite: 'engine', machine, options: { ...described, parts, rounds }, parts: results, discrepancies };
}
