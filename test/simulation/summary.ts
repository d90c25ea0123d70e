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
  faults: Partial<Record<FaultKind, number>>;
  sites: readonly Site[];
  sitesReached: readonly Site[];
  sitesCrashedAt: readonly Site[];
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
    sitesReached: [],
    sitesCrashedAt: [],
    failures: [],
  };
}

export function summaryOf(outcome: Outcome, sites: readonly Site[], failure: Failure | undefined): Summary {
  const faults: Summary['faults'] = {};
  for (const { kind } of outcome.faults) faults[kind] = (faults[kind] ?? 0) + 1;
  return {
    ...{ seeds: 1, steps: outcome.steps, hash: outcome.hash, inputs: outcome.inputs, faults, sites },
    sitesReached: [...outcome.sitesReached],
    sitesCrashedAt: [...outcome.sitesCrashedAt],
    failures: failure ? [failure] : [],
  };
}

export function sumOf(one: Summary, other: Summary): Summary {
  const faults = { ...one.faults };
  for (const [kind, count] of Object.entries(other.faults) as [FaultKind, number][]) {
    faults[kind] = (faults[kind] ?? 0) + count;
  }
  return {
    seeds: one.seeds + other.seeds,
    steps: one.steps + other.steps,
    hash: (one.hash ^ other.hash) >>> 0,
    inputs: one.inputs + other.inputs,
    faults,
    sites: together(one.sites, other.sites),
    sitesReached: together(one.sitesReached, other.sitesReached),
    sitesCrashedAt: together(one.sitesCrashedAt, other.sitesCrashedAt),
    failures: [...one.failures, ...other.failures],
  };
}

function together(one: readonly Site[], other: readonly Site[]): readonly Site[] {
  return [...new Set([...one, ...other])].sort();
}
