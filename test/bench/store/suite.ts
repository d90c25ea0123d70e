/** How fast events come into the store, how fast questions are answered, and how fast the past is played again. */
import type { PartRound, PartsBench } from '../parts/figures.ts';
import { measureParts } from '../parts/measure.ts';
import type { PartOptions } from './options.ts';
import { queriesPart } from './queries-part.ts';
import { sinkPart } from './sink-part.ts';
import { whatIfPart } from './what-if-part.ts';

export type StorePartName = 'sink' | 'queries' | 'what-if';

const PARTS: Readonly<Record<StorePartName, (options: PartOptions) => Promise<PartRound>>> = {
  sink: sinkPart,
  queries: queriesPart,
  'what-if': whatIfPart,
};

export const STORE_PART_NAMES: readonly StorePartName[] = Object.keys(PARTS) as StorePartName[];

export interface StoreBenchOptions extends PartOptions {
  readonly parts: readonly StorePartName[];
  readonly rounds: number;
}

export function benchStore(options: StoreBenchOptions): Promise<PartsBench> {
  const { parts, rounds, folder, progress, ...described } = options;
  const measure = (part: StorePartName, mine: string): Promise<PartRound> => PARTS[part]({ ...options, folder: mine });
  return measureParts(parts, measure, {
    ...{ suite: 'store', rounds, folder, progress },
    options: { ...described, parts, rounds },
  });
}
