import { FAR, judge, WITHIN, type Direction, type Judgement, type Measured } from './judgement.ts';
import type { Normals } from './normal.ts';
import { keyOf, type Sample, type Series } from './sample.ts';
import { DAY_MS, WINDOW_MS } from './window.ts';

/** Windows beyond normal, one after the other, that make a departure; and windows within that end it. */
const WINDOWS_TO_DEPART = 3;
const WINDOWS_TO_RETURN = 3;

/** Windows that a silence is judged over at most: two hours. */
export const WINDOWS_KEPT = 24;

/**
 * A departure of which nothing can be said for a day, window after window, has ended: its series stopped, or has too few
 * events. A day, so that a quiet night is none.
 */
const WINDOWS_TO_END = DAY_MS / WINDOW_MS;

/** Windows to recall before the first that is followed: for how long nothing could be said of a departure. */
export const WINDOWS_RECALLED: number = WINDOWS_TO_END + WINDOWS_KEPT;

/** A series is not as it is at other times. */
export interface Departure {
  readonly series: Series;
  readonly direction: Direction;
  /** Start of the first window that was beyond normal. */
  readonly sinceMs: number;
}

export type Change =
  | { readonly kind: 'departed'; readonly departure: Departure; readonly judgement: Judgement }
  | { readonly kind: 'returned'; readonly departure: Departure; readonly judgement: Judgement }
  /** Nothing can be said of it any more. `startMs`: of the window with which that was so for long enough. */
  | { readonly kind: 'ended'; readonly departure: Departure; readonly startMs: number };

interface Followed {
  readonly windows: Measured[];
  /** Beyond normal since then, not yet for long enough; and in how many windows. */
  beyond: { readonly direction: Direction; readonly sinceMs: number; count: number } | undefined;
  departure: Departure | undefined;
  within: number;
  /** Of a departure: in how many windows up to this one nothing could be said. */
  silent: number;
}

/**
 * Follows every series from window to window. A departure is told once, and so is its end: between the two, and for a
 * single window that is a little out of the ordinary, there is silence.
 */
export class Departures {
  readonly #followed = new Map<string, Followed>();

  /** `open`: told before, and not ended. */
  constructor(open: readonly Departure[] = []) {
    for (const departure of open) this.#of(departure.series).departure = departure;
  }

  get open(): readonly Departure[] {
    return [...this.#followed.values()].flatMap(({ departure }) => departure ?? []);
  }

  /** Windows before those that are followed, for what is judged over several. Nothing changes with them. */
  recall(startMs: number, samples: readonly Sample[], normals: Normals): void {
    for (const { followed } of this.#windowsOf(startMs, samples, normals)) {
      if (followed.departure) hear(followed, judge(followed.windows));
    }
  }

  /** What changes with the window that starts then, whose samples these are. Call in the order of windows. */
  follow(startMs: number, samples: readonly Sample[], normals: Normals): readonly Change[] {
    return this.#windowsOf(startMs, samples, normals).flatMap(({ series, followed }) => {
      const judgement = judge(followed.windows);
      hear(followed, judgement);
      return (judgement ? this.#change(series, followed, judgement) : ended(followed, startMs)) ?? [];
    });
  }

  #windowsOf(
    startMs: number,
    samples: readonly Sample[],
    normals: Normals,
  ): readonly { readonly series: Series; readonly followed: Followed }[] {
    const present = new Map(samples.map((sample) => [keyOf(sample), sample]));
    const departed = this.open.map(({ series }) => series);
    const known = new Map([...normals.series, ...samples, ...departed].map((series) => [keyOf(series), series]));
    return [...known].map(([key, series]) => {
      const { value = 0, observations = 0 } = present.get(key) ?? {};
      const followed = this.#of(series);
      const { windows } = followed;
      // A gap: what was before it does not stand beside this one.
      if (windows.at(-1)?.startMs !== startMs - WINDOW_MS) {
        windows.length = 0;
        followed.beyond = undefined;
        followed.within = 0;
        followed.silent = 0;
      }
      windows.push({ startMs, value, observations, normal: normals.at(series, startMs) });
      if (windows.length > WINDOWS_KEPT) windows.shift();
      return { series, followed };
    });
  }

  #change(series: Series, followed: Followed, judgement: Judgement): Change | undefined {
    const { departure } = followed;
    if (departure) {
      followed.within = isWithin(judgement) ? followed.within + 1 : 0;
      if (followed.within < WINDOWS_TO_RETURN) return undefined;
      followed.departure = undefined;
      followed.within = 0;
      return { kind: 'returned', departure, judgement };
    }
    const { direction, startMs, distance } = judgement;
    if (direction === undefined) {
      followed.beyond = undefined;
      return undefined;
    }
    const before = followed.beyond?.direction === direction ? followed.beyond : undefined;
    const beyond = before ?? { direction, sinceMs: startMs, count: 0 };
    beyond.count += 1;
    followed.beyond = beyond;
    if (Math.abs(distance) < FAR && beyond.count < WINDOWS_TO_DEPART) return undefined;
    followed.beyond = undefined;
    const departed: Departure = {
      series: { kind: series.kind, name: series.name },
      direction,
      sinceMs: beyond.sinceMs,
    };
    followed.departure = departed;
    followed.silent = 0;
    return { kind: 'departed', departure: departed, judgement };
  }

  #of({ kind, name }: Series): Followed {
    const key = keyOf({ kind, name });
    const known = this.#followed.get(key);
    if (known) return known;
    const followed: Followed = { windows: [], beyond: undefined, departure: undefined, within: 0, silent: 0 };
    this.#followed.set(key, followed);
    return followed;
  }
}

function hear(followed: Followed, judgement: Judgement | undefined): void {
  followed.silent = judgement ? 0 : followed.silent + 1;
}

function ended(followed: Followed, startMs: number): Change | undefined {
  const { departure, silent } = followed;
  if (!departure || silent < WINDOWS_TO_END) return undefined;
  followed.departure = undefined;
  followed.within = 0;
  return { kind: 'ended', departure, startMs };
}

function isWithin({ distance, direction }: Judgement): boolean {
  return direction === undefined && Math.abs(distance) < WITHIN;
}
