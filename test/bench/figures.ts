/** Nearest rank over ascending values; NaN where there are none. */
export function percentile(ascending: ArrayLike<number>, percent: number): number {
  const rank = Math.max(1, Math.ceil((percent / 100) * ascending.length));
  return ascending[rank - 1] ?? NaN;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const ascending = Float64Array.from(values).sort();
  const middle = ascending.length / 2;
  const below = ascending[Math.ceil(middle) - 1] ?? NaN;
  const above = ascending[Math.floor(middle)] ?? NaN;
  return { median: (below + above) / 2, min: ascending[0] ?? NaN, max: ascending.at(-1) ?? NaN };
}

export interface Latency {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** All in the unit of the values. */
export function latencyOf(values: readonly number[]): Latency {
  const ascending = Float64Array.from(values).sort();
  return {
    p50: percentile(ascending, 50),
    p90: percentile(ascending, 90),
    p99: percentile(ascending, 99),
    max: percentile(ascending, 100),
  };
}
