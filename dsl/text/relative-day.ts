/** Days as people name them by today: `tomorrow`, `in 3 days`, `übermorgen`. */
import type { CalendarDate } from '../expression/calendar-date.ts';
import { Cache } from './cache.ts';
import { DAY_MS } from './local-time.ts';

const formats = new Cache((locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));

/** Days of the calendar count, however many hours they have. */
export function relativeDay(day: CalendarDate, today: CalendarDate, locale: string): string {
  return formats.of(locale).format((day.utcMidnight - today.utcMidnight) / DAY_MS, 'day');
}
