/** How the engine behaves at its limits: the parts of the suite, each measured several rounds long. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeMachine } from '../machine.ts';
import { gathered, type EngineBench, type PartResult, type PartRound } from './figures.ts';
import type { PartOptions } from './options.ts';
import { growthPart } from './growth-part.ts';
import { neighboursPart } from './neighbours-part.ts';
import { overloadPart } from './overload/part.ts';
import { recoveryPart } from './recovery-part.ts';
import { scalingPart } from './scaling-part.ts';
import { tenantsPart } from './tenants-part.ts';
import { timersPart } from './timers-part.ts';

export type PartName = 'timers' | 'recovery' | 'growth' | 'tenants' | 'neighbours' | 'overload' | 'scaling';

const PARTS: Readonly<Record<PartName, (options: PartOptions) => Promise<PartRound>>> = {
  timers: timersPart,
  recovery: recoveryPart,
  growth: growthPart,
  tenants: tenantsPart,
  neighbours: neighboursPart,
  overload: overloadPart,
  scaling: scalingPart,
};

export const PART_NAMES: readonly PartName[] = Object.keys(PARTS) as PartName[];

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
