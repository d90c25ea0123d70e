import { ALL, keyOf, type Sample, type Series, type SeriesKind } from './sample.ts';
import { median, robustSpread, scaled, unscaled } from './scale.ts';
import { DAY_MS, HOUR_MS, slotOf, SLOTS, WEEK_MS, windowOfWeek, WINDOW_MS } from './window.ts';

/** What is learned from: long enough for a median over weeks, short enough to follow a company that grows. */
export const WEEKS_LEARNED = 4;

/** Hours of the week are told apart only where this many weeks are known; before, hours of the day. */
const WEEKS_FOR_HOURS_OF_WEEK = 2;
const DAYS_FOR_HOURS_OF_DAY = 3;

/** What always happens at one minute of the week, such as a broadcast, is known after so many weeks. */
const WEEKS_FOR_HABITS = 3;

/** What a company grew or shrank by, over the last week against what was learned, is no departure. */
const LEVEL_MAX = 2;

/** Windows in which so much is expected tell how busy days differ from each other, and the level. */
const BUSY = 10;

/** Windows of a day. */
const ENOUGH_FOR_LEVEL = DAY_MS / WINDOW_MS;

/** A percentile of fewer events is an accident. */
export const DELAY_OBSERVATIONS_MIN = 20;

/** A share of fewer says nothing. */
export const OBSERVATIONS_FOR_SHARE = 60;

/** Of one series in one window. */
export interface Normal {
  readonly kind: SeriesKind;
  /** The usual value: a median. */
  readonly expected: number;
  /** Standard deviation of single windows on the scale of scale.ts, without that of chance. */
  readonly spread: number;
  /** What is usual at just this minute of the week. */
  readonly habit: number | undefined;
}

/** What is normal, for each series at each hour of the week. */
export class Normals {
  readonly #bySeries: ReadonlyMap<string, SeriesNormals>;

  private constructor(bySeries: ReadonlyMap<string, SeriesNormals>) {
    this.#bySeries = bySeries;
  }

  /** From samples of the WEEKS_LEARNED before `nowMs`; others are passed over. A window without a row of a rate had 0. */
  static learn(samples: readonly Sample[], nowMs: number): Normals {
    const fromMs = nowMs - WEEKS_LEARNED * WEEK_MS;
    const recent = samples.filter(({ startMs }) => startMs >= fromMs && startMs < nowMs);
    const windows = recent.filter(({ kind, name }) => kind === ALL.kind && name === ALL.name);
    const starts = windows.map(({ startMs }) => startMs);
    const bySeries = new Map<string, SeriesNormals>();
    for (const [first, ...others] of bySeriesOf(recent)) {
      bySeries.set(keyOf(first), new SeriesNormals(first, [first, ...others], starts, nowMs));
    }
    return new Normals(bySeries);
  }

  get series(): readonly Series[] {
    return [...this.#bySeries.values()].map(({ series }) => series);
  }

  /** Undefined while too little is known. */
  at(series: Series, startMs: number): Normal | undefined {
    return this.#bySeries.get(keyOf(series))?.at(startMs);
  }
}

/** Of a series at one hour. */
interface Hour {
  readonly center: number;
  readonly spread: number;
}

class SeriesNormals {
  readonly series: Series;
  readonly #hours: readonly (Hour | undefined)[];
  readonly #habits: ReadonlyMap<number, number>;
  /** Standard deviation of how busy days are, relative: four weeks of one hour are too few to tell it from. */
  readonly #dayToDay: number;
  readonly #level: number;

  constructor({ kind, name }: Series, own: readonly Sample[], starts: readonly number[], nowMs: number) {
    this.series = { kind, name };
    const pairs = kind === 'rate' ? withZeros(own, starts) : own.filter(isTelling);
    this.#hours = kind === 'share' ? sameAtAllHours(own) : hoursOf(kind, pairs);
    this.#habits = kind === 'rate' ? habitsOf(pairs) : new Map();
    const ratios = kind === 'rate' ? this.#ratios(pairs) : [];
    this.#dayToDay = robustSpread(
      ratios.map(({ ratio }) => Math.log(ratio)),
      0,
    );
    const lastWeek = ratios.filter(({ startMs }) => startMs >= nowMs - WEEK_MS).map(({ ratio }) => ratio);
    const level = lastWeek.length < ENOUGH_FOR_LEVEL ? 1 : median(lastWeek);
    this.#level = Math.min(LEVEL_MAX, Math.max(1 / LEVEL_MAX, level));
  }

  at(startMs: number): Normal | undefined {
    const { kind } = this.series;
    const hour = this.#hours[slotOf(startMs)];
    if (!hour) return undefined;
    const expected = unscaled(kind, hour.center) * this.#level;
    const habit = this.#habits.get(windowOfWeek(startMs));
    // Of a rate: of λ events whose mean varies by d the variance is λ + d² λ².
    const spread = kind === 'rate' ? Math.max(hour.spread, this.#dayToDay * Math.sqrt(expected)) : hour.spread;
    return { kind, expected, spread, habit: habit === undefined ? undefined : habit * this.#level };
  }

  #ratios(pairs: readonly Pair[]): readonly { readonly startMs: number; readonly ratio: number }[] {
    return pairs.flatMap(({ startMs, value }) => {
      const hour = this.#hours[slotOf(startMs)];
      const expected = hour ? unscaled('rate', hour.center) : 0;
      return expected < BUSY ? [] : [{ startMs, ratio: Math.max(value, 0.5) / expected }];
    });
  }
}

type Pair = Pick<Sample, 'startMs' | 'value'>;

function isTelling({ kind, observations }: Sample): boolean {
  return kind !== 'delay' || observations >= DELAY_OBSERVATIONS_MIN;
}

function bySeriesOf(samples: readonly Sample[]): readonly (readonly [Sample, ...Sample[]])[] {
  const groups = new Map<string, [Sample, ...Sample[]]>();
  for (const sample of samples) {
    const group = groups.get(keyOf(sample));
    if (group) group.push(sample);
    else groups.set(keyOf(sample), [sample]);
  }
  return [...groups.values()];
}

/** From the first window in which there was any on: before, the type was not in use. */
function withZeros(own: readonly Sample[], starts: readonly number[]): readonly Pair[] {
  const values = new Map(own.map(({ startMs, value }) => [startMs, value]));
  const firstMs = own.reduce((least, { startMs }) => Math.min(least, startMs), Infinity);
  return starts
    .filter((startMs) => startMs >= firstMs)
    .map((startMs) => ({ startMs, value: values.get(startMs) ?? 0 }));
}

/** What is lost or fails depends little on the hour, and of an hour's few events a share tells nothing: taken by days. */
function sameAtAllHours(own: readonly Sample[]): readonly (Hour | undefined)[] {
  const days = new Map<number, { part: number; whole: number }>();
  for (const { startMs, value, observations } of own) {
    const day = Math.floor(startMs / DAY_MS);
    const { part, whole } = days.get(day) ?? { part: 0, whole: 0 };
    days.set(day, { part: part + value * observations, whole: whole + observations });
  }
  const telling = [...days.values()].filter(({ whole }) => whole >= OBSERVATIONS_FOR_SHARE);
  if (telling.length < DAYS_FOR_HOURS_OF_DAY) return [];
  const scale = telling.map(({ part, whole }) => scaled('share', part / whole));
  const center = median(scale);
  const hour = { center, spread: robustSpread(scale, center) };
  return Array.from({ length: SLOTS }, () => hour);
}

/** By hour of the week; where too few weeks are known, what is known of the hour of the day. */
function hoursOf(kind: SeriesKind, pairs: readonly Pair[]): readonly (Hour | undefined)[] {
  const ofWeek = Array.from({ length: SLOTS }, (): Pair[] => []);
  const ofDay = Array.from({ length: 24 }, (): Pair[] => []);
  for (const pair of pairs) {
    const slot = slotOf(pair.startMs);
    ofWeek[slot]?.push(pair);
    ofDay[slot % 24]?.push(pair);
  }
  const days = ofDay.map((own) => hourOf(kind, own, DAYS_FOR_HOURS_OF_DAY, DAY_MS));
  return ofWeek.map((own, slot) => hourOf(kind, own, WEEKS_FOR_HOURS_OF_WEEK, WEEK_MS) ?? days[slot % 24]);
}

/** Undefined where the pairs are of fewer than `periods` different periods, or miss half of their windows. */
function hourOf(kind: SeriesKind, pairs: readonly Pair[], periods: number, periodMs: number): Hour | undefined {
  const seen = new Set(pairs.map(({ startMs }) => Math.floor(startMs / periodMs)));
  if (seen.size < periods || pairs.length < (periods * HOUR_MS) / WINDOW_MS / 2) return undefined;
  const scale = pairs.map(({ value }) => scaled(kind, value));
  const center = median(scale);
  return { center, spread: robustSpread(scale, center) };
}

function habitsOf(pairs: readonly Pair[]): ReadonlyMap<number, number> {
  const values = new Map<number, number[]>();
  for (const { startMs, value } of pairs) {
    const window = windowOfWeek(startMs);
    const known = values.get(window);
    if (known) known.push(value);
    else values.set(window, [value]);
  }
  const known = [...values].filter(([, own]) => own.length >= WEEKS_FOR_HABITS);
  return new Map(known.map(([window, own]) => [window, median(own)]));
}
