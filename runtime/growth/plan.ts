import { partitionOf } from '../../channels/partition.ts';
import { isCorrelationKey, type StateKey } from '../../dsl/correlation.ts';
import { GrowthError } from './mark.ts';

/** How many states a partition keeps. */
export interface Occupancy {
  readonly contacts: number;
  /** Of events for which contacts wait, or did so lately. */
  readonly values: number;
}

/** What growing would do, or has done. */
export interface GrowthPlan {
  readonly from: number;
  readonly to: number;
  /** By partition. */
  readonly now: readonly Occupancy[];
  readonly afterwards: readonly Occupancy[];
  /** States that move. */
  readonly moving: Occupancy;
}

/** Throws GrowthError `growth-invalid`: partitions can be added, never taken away. */
export function checkGrowth(from: number, to: number, most: number): void {
  if (Number.isInteger(to) && to > from && to <= most) return;
  throw new GrowthError(
    'growth-invalid',
    `the tenant has ${from} partitions and can get ${from + 1} to ${most}, not ${to}: none can be taken away`,
  );
}

/** `keys`: by present partition; of keys that are in two, after a command that broke off, the first counts. */
export function planGrowth(keys: readonly (readonly StateKey[])[], from: number, to: number): GrowthPlan {
  const [now, afterwards] = [tallies(Math.max(from, keys.length)), tallies(to)];
  const moving = new Tally();
  const seen = new Set<StateKey>();
  for (const [partition, inPartition] of keys.entries()) {
    for (const key of inPartition) {
      if (seen.has(key)) continue;
      seen.add(key);
      const target = partitionOf(key, to);
      now[partition]?.add(key);
      afterwards[target]?.add(key);
      if (target !== partition) moving.add(key);
    }
  }
  return { from, to, now, afterwards, moving };
}

/** Counts by kind. */
export class Tally implements Occupancy {
  contacts = 0;
  values = 0;

  add(key: StateKey): void {
    if (isCorrelationKey(key)) this.values += 1;
    else this.contacts += 1;
  }
}

export function tallies(count: number): Tally[] {
  return Array.from({ length: count }, () => new Tally());
}
