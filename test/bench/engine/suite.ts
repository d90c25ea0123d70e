/** How the engine behaves at its limits: the parts of the suite, each measured several rounds long. */
import { measureParts } from '../parts/measure.ts';
import type { PartRound, PartsBench } from '../parts/figures.ts';
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

const NEED_PULSAR: readonly PartName[] = ['scaling'];

/** Those of the parts that this machine can measure, and those that it can not. */
export function measurable(
  parts: readonly PartName[],
  isPulsarHere: boolean,
): { readonly parts: readonly PartName[]; readonly left: readonly PartName[] } {
  const left = isPulsarHere ? [] : parts.filter((part) => NEED_PULSAR.includes(part));
  return { parts: parts.filter((part) => !left.includes(part)), left };
}

export interface EngineBenchOptions extends PartOptions {
  readonly parts: readonly PartName[];
  readonly rounds: number;
}

export function benchEngine(options: EngineBenchOptions): Promise<PartsBench> {
  const { parts, rounds, folder, progress, ...described } = options;
  const measure = (part: PartName, mine: string): Promise<PartRound> => PARTS[part]({ ...options, folder: mine });
  return measureParts(parts, measure, {
    ...{ suite: 'engine', rounds, folder, progress },
    options: { ...described, parts, rounds },
  });
}
