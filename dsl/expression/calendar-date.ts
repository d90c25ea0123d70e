/** A day of the calendar, without a zone: what expressions hold of a `date`. */
import { DAY_MS, weekdayOf } from '../text/local-time.ts';

export class CalendarDate {
  /** `2026-03-08`. */
  readonly iso: string;

  constructor(iso: string) {
    this.iso = iso;
  }

  get utcMidnight(): number {
    return Date.parse(`${this.iso}T00:00:00Z`);
  }

  /** Monday is 1. */
  get weekday(): number {
    return weekdayOf(this.utcMidnight);
  }

  addDays(days: number): CalendarDate {
    return dateOf(this.utcMidnight + days * DAY_MS);
  }
}

/** The day of an instant in UTC. Throws a RangeError beyond the years 0 to 9999. */
export function dateOf(utc: number): CalendarDate {
  const iso = new Date(utc).toISOString();
  if (iso.length !== '2026-03-08T00:00:00.000Z'.length) throw new RangeError('the date is beyond the year 9999');
  return new CalendarDate(iso.slice(0, 10));
}

/** `2026-03-08` if there is such a day. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
