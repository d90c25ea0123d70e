/**
 * Between clocks on the wall and instants. A local time that a zone skips is taken at the jump; of one that it has
 * twice, the first is meant: both are the first instant at which clocks there show that time or a later one.
 */
import { Cache } from './cache.ts';

/** A date and time without a zone. Months and days from 1; midnight is 0 minutes. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly minutes: number;
}

export interface DailyTime {
  /** Since midnight, 0 to 1439. */
  readonly minutes: number;
  /** Monday is 1; without it every day. */
  readonly days?: readonly number[];
}

export const MINUTE_MS = 60_000;
export const DAY_MS: number = 86_400_000;
/** More than any zone is ahead or behind, and less than the time between two changes of its clocks. */
const FAR_MS = 26 * 3_600_000;

/** `09:00`, `17:30` → minutes since midnight; undefined where it is none. */
export function parseTimeOfDay(text: string): number | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return match ? Number(match[1]) * 60 + Number(match[2]) : undefined;
}

/** The inverse of `parseTimeOfDay`. */
export function formatTimeOfDay(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return `${hours.toString().padStart(2, '0')}:${rest.toString().padStart(2, '0')}`;
}

/** What clocks in the zone show. Throws a RangeError where the zone is none. */
export function localTimeOf(instant: number, zone: string): LocalTime {
  const wall = new Date(instant + offsetAt(instant, zone));
  return {
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    minutes: wall.getUTCHours() * 60 + wall.getUTCMinutes(),
  };
}

/** Milliseconds since 1970. A day beyond its month's last is a day of the following one. */
export function instantOf({ year, month, day, minutes }: LocalTime, zone: string): number {
  const wall = Date.UTC(year, month - 1, day) + minutes * MINUTE_MS;
  const offsets = [offsetAt(wall - FAR_MS, zone), offsetAt(wall + FAR_MS, zone)];
  if (offsets[0] === offsets[1]) return wall - (offsets[0] ?? 0);
  const shown = offsets.map((offset) => wall - offset).filter((at) => at + offsetAt(at, zone) === wall);
  return shown.length > 0 ? Math.min(...shown) : jumpOver(wall, offsets, zone);
}

/** Where clocks go from before `wall` to after it. */
function jumpOver(wall: number, offsets: readonly number[], zone: string): number {
  let before = wall - Math.max(...offsets);
  let after = wall - Math.min(...offsets);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (middle + offsetAt(middle, zone) < wall) before = middle;
    else after = middle;
  }
  return after;
}

/** The first such time after `now`. */
export function nextLocalTime(now: number, { minutes, days }: DailyTime, zone: string): number {
  const { year, month, day } = localTimeOf(now, zone);
  for (let ahead = 0; ; ahead++) {
    if (days && !days.includes(weekdayOf(Date.UTC(year, month - 1, day + ahead)))) continue;
    const at = instantOf({ year, month, day: day + ahead, minutes }, zone);
    if (at > now) return at;
  }
}

/** Monday is 1. */
export function weekdayOf(utcMidnight: number): number {
  return new Date(utcMidnight).getUTCDay() || 7;
}

const clocks = new Cache(
  (zone) =>
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
    }),
);

/** Milliseconds that clocks are ahead of UTC. */
function offsetAt(instant: number, zone: string): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of clocks.of(zone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const seconds = Math.floor(instant / 1000) * 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second) - seconds;
}
