import type { Fault, FaultKind } from './faults.ts';
import type { Site } from './hub.ts';
import type { Outcome } from './simulation.ts';

/** A seed in which something does not hold. */
export interface Failure {
  readonly seed: number;
  readonly problems: readonly string[];
  /** Of the seed's faults, by their places, as few as still make it fail. */
  readonly faults: readonly { readonly place: number; readonly fault: Fault }[];
}

/** What many seeds came to. Plain JSON, so that processes can add theirs up. */
export interface Summary {
  seeds: number;
  steps: number;
  /** The same for the same way of all seeds, in whatever order. */
  hash: number;
  inputs: number;
  faults: Readonly<Record<string, number>>;
  sites: readonly Site[];
  /** In how many seeds a process came to each. */
  sitesReached: Readonly<Record<Site, number>>;
  /** In how many one died there. */
  sitesCrashedAt: Readonly<Record<Site, number>>;
  failures: readonly Failure[];
}

export function emptySummary(): Summary {
  return {
    seeds: 0,
    steps: 0,
    hash: 0,
    inputs: 0,
    faults: {},
    sites: [],
    sitesReached: {},
    sitesCrashedAt: {},
    failures: [],
  };
}

export function summaryOf(outcome: Outcome, sites: readonly Site[], failure: Failure | undefined): Summary {
  const faults: Partial<Record<FaultKind, number>> = {};
  for (const { kind } of outcome.faults) faults[kind] = (faults[kind] ?? 0) + 1;
  return {
    ...{ seeds: 1, steps: outcome.steps, hash: outcome.hash, inputs: outcome.inputs, faults, sites },
    sitesReached: onceEach(outcome.sitesReached, sites),
    sitesCrashedAt: onceEach(outcome.sitesCrashedAt, sites),
    failures: failure ? [failure] : [],
  };
}

export function sumOf(one: Summary, other: Summary): Summary {
  return {
    seeds: one.seeds + other.seeds,
    steps: one.steps + other.steps,
    hash: (one.hash ^ other.hash) >>> 0,
    inputs: one.inputs + other.inputs,
    faults: added(one.faults, other.faults),
    sites: [...new Set([...one.sites, ...other.sites])].sort(),
    sitesReached: added(one.sitesReached, other.sitesReached),
    sitesCrashedAt: added(one.sitesCrashedAt, other.sitesCrashedAt),
    failures: [...one.failures, ...other.failures],
  };
}

function onceEach(reached: ReadonlySet<Site>, counted: readonly Site[]): Record<Site, number> {
  return Object.fromEntries(counted.filter((site) => reached.has(site)).map((site) => [site, 1]));
}

type Counts = Readonly<Record<string, number>>;

function added(one: Counts, other: Counts): Record<string, number> {
  const sum: Record<string, number> = { ...one };
  for (const [name, count] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
