/** Samples are taken over so long, in UTC: `start` is included, `start + WINDOW_MS` is not. */
export const WINDOW_MS: number = 5 * 60_000;

export const HOUR_MS: number = 60 * 60_000;
export const DAY_MS: number = 24 * HOUR_MS;
export const WEEK_MS: number = 7 * DAY_MS;

/** Hours of a week. */
export const SLOTS = 168;

export function windowStart(atMs: number): number {
  return Math.floor(atMs / WINDOW_MS) * WINDOW_MS;
}

/** Hour of the week, from Monday 00:00 UTC. */
export function slotOf(startMs: number): number {
  // The epoch was a Thursday.
  return Math.floor(startMs / HOUR_MS + 3 * 24) % SLOTS;
}

/** Window of the week, whichever is the first. */
export function windowOfWeek(startMs: number): number {
  return Math.floor((startMs % WEEK_MS) / WINDOW_MS);
}
