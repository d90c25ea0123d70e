import { DELAY_OBSERVATIONS_MIN, OBSERVATIONS_FOR_SHARE, type Normal } from './normal.ts';
import type { SeriesKind } from './sample.ts';
import { leastSpread, scaled, unscaled } from './scale.ts';

/** What is further from normal, in standard deviations, departs at once; what is beyond the lower one, if it stays. */
export const FAR = 8;
export const BEYOND = 4.5;
/** From here on it counts as normal again, if it stays. */
export const WITHIN = 3;

/** Whatever the statistics say: what differs by less than this factor is nothing to wake anybody for. */
export const FACTOR_MIN = 1.3;
/** Of shares, which end at 1: what differs by less. */
export const SHARE_DIFFERENCE_MIN = 0.05;

/** A silence tells something only where so many events are to be expected. */
export const EXPECTED_FOR_SILENCE = 12;

export type Direction = 'low' | 'high';

/** One series in one window, or in the several windows that are needed to tell it from chance. */
export interface Judgement {
  readonly startMs: number;
  readonly value: number;
  readonly expected: number;
  /** Values between which it is normal. */
  readonly low: number;
  readonly high: number;
  /** Distance from normal in standard deviations, below 0 where the value is low. */
  readonly distance: number;
  /** Undefined: within what is normal, or too little different to matter. */
  readonly direction: Direction | undefined;
}

export interface Measured {
  readonly startMs: number;
  readonly value: number;
  readonly observations: number;
  readonly normal: Normal | undefined;
}

/**
 * Judges the newest of the last windows of a series, oldest first. Undefined where nothing can be said: too little was
 * learned, or there are too few events. A rate or share with too few in one window is judged over as many windows as it
 * takes, at most those given.
 */
export function judge(windows: readonly Measured[]): Judgement | undefined {
  const newest = windows.at(-1);
  if (!newest?.normal) return undefined;
  const { normal } = newest;
  switch (normal.kind) {
    case 'delay':
      return newest.observations < DELAY_OBSERVATIONS_MIN ? undefined : judgeOne(normal, newest);
    case 'share':
      return judgeShare(windows, normal);
    case 'rate':
      return judgeRate(windows, normal, newest);
  }
}

/** More than usual tells something at once, however little is usual; less does where it could have been more. */
function judgeRate(windows: readonly Measured[], normal: Normal, newest: Measured): Judgement | undefined {
  const one = judgeOne(normal, newest);
  if (one.distance > 0 || one.expected >= EXPECTED_FOR_SILENCE) return one;
  let value = 0;
  let expected = 0;
  let spread = 0;
  for (const window of windows.toReversed()) {
    if (!window.normal) return undefined;
    value += window.value;
    expected += window.normal.expected;
    spread = Math.max(spread, window.normal.spread);
    if (expected < EXPECTED_FOR_SILENCE) continue;
    const sum = compare('rate', expected, Math.max(spread, leastSpread('rate', 0)), { startMs: newest.startMs, value });
    return sum.direction === 'high' ? { ...sum, direction: undefined } : sum;
  }
  return undefined;
}

function judgeShare(windows: readonly Measured[], normal: Normal): Judgement | undefined {
  let part = 0;
  let observations = 0;
  for (const { startMs, value, observations: whole } of windows.toReversed()) {
    part += value * whole;
    observations += whole;
    if (observations < OBSERVATIONS_FOR_SHARE) continue;
    const spread = Math.max(normal.spread, leastSpread('share', observations));
    return compare('share', normal.expected, spread, { startMs, value: part / observations });
  }
  return undefined;
}

/** Nearer to what is usual at this hour, or at just this minute. */
function judgeOne(normal: Normal, measured: Measured): Judgement {
  const { kind, expected, habit } = normal;
  const spread = Math.max(normal.spread, leastSpread(kind, measured.observations));
  const usual = compare(kind, expected, spread, measured);
  if (habit === undefined) return usual;
  const habitual = compare(kind, habit, spread * Math.max(1, Math.sqrt(habit / Math.max(1, expected))), measured);
  return Math.abs(habitual.distance) < Math.abs(usual.distance) ? habitual : usual;
}

function compare(
  kind: SeriesKind,
  expected: number,
  spread: number,
  { startMs, value }: Pick<Measured, 'startMs' | 'value'>,
): Judgement {
  const center = scaled(kind, expected);
  const distance = (scaled(kind, value) - center) / spread;
  const isFar = Math.abs(distance) >= BEYOND && matters(kind, value, expected);
  const direction = isFar ? (distance < 0 ? 'low' : 'high') : undefined;
  const low = unscaled(kind, center - BEYOND * spread);
  const high = unscaled(kind, center + BEYOND * spread);
  return { startMs, value, expected, low, high, distance, direction };
}

function matters(kind: SeriesKind, value: number, expected: number): boolean {
  if (kind === 'share') return Math.abs(value - expected) >= SHARE_DIFFERENCE_MIN;
  return (Math.max(value, expected) + 1) / (Math.min(value, expected) + 1) >= FACTOR_MIN;
}
