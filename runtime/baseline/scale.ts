import type { SeriesKind } from './sample.ts';

/**
 * Values on a scale on which their noise is the same at every size. `2 √(n + 3/8)` of a rate: of Poisson counts the standard
 * deviation is 1 there (Anscombe, 1948). `asin √p` of a share: of binomial ones it is `1 / (2 √n)`. The logarithm of a delay.
 */
export function scaled(kind: SeriesKind, value: number): number {
  switch (kind) {
    case 'rate':
      return 2 * Math.sqrt(Math.max(0, value) + 3 / 8);
    case 'share':
      return Math.asin(Math.sqrt(Math.min(1, Math.max(0, value))));
    case 'delay':
      return Math.log(Math.max(1, value));
  }
}

export function unscaled(kind: SeriesKind, scale: number): number {
  switch (kind) {
    case 'rate':
      return Math.max(0, (Math.max(0, scale) / 2) ** 2 - 3 / 8);
    case 'share':
      return Math.sin(Math.min(Math.PI / 2, Math.max(0, scale))) ** 2;
    case 'delay':
      return Math.exp(scale);
  }
}

/** What chance alone gives, on the scale. A 95th percentile that is a fifth longer is nothing to report. */
export function leastSpread(kind: SeriesKind, observations: number): number {
  switch (kind) {
    case 'rate':
      return 1;
    case 'share':
      return 1 / (2 * Math.sqrt(Math.max(1, observations)));
    case 'delay':
      return 0.2;
  }
}

export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).toSorted();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** Standard deviation, from the median of the distances: what was out of the ordinary does not count. */
export function robustSpread(values: readonly number[], center: number): number {
  // 1.4826: of normally distributed values.
  return 1.4826 * median(values.map((value) => Math.abs(value - center)));
}
