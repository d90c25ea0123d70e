/** Dates as people write them: ISO, `8 March`, `08/03` in the locale's order, `tomorrow`, `Friday`. Names are Intl's. */
import { CalendarDate, isDate } from '../expression/calendar-date.ts';
import { Cache } from './cache.ts';
import { fold } from './fold.ts';

/** What `tomorrow` may mean at most: `in 30 days`. */
const MAX_RELATIVE_DAYS = 31;
/** A year of two digits is the one that is at most so far ahead. */
const MOST_YEARS_AHEAD = 20;

/** Stands between the parts of a date, or before it. */
const FILLERS: ReadonlySet<string> = new Set(
  'on the of this el la de del este esta le ce cet am der den dem dieser diesen il lo do da em op no na'.split(' '),
);

interface Names {
  /** Folded name → month from 1. */
  readonly months: ReadonlyMap<string, number>;
  /** Folded name → Monday is 1. */
  readonly weekdays: ReadonlyMap<string, number>;
  /** Folded → days from today. */
  readonly relative: ReadonlyMap<string, number>;
  readonly isMonthFirst: boolean;
}

const names = new Cache(namesOf);

/** Undefined where it is no date. `today`: without it only dates with a year are read. */
export function readDate(text: string, locale: string, today?: CalendarDate): CalendarDate | undefined {
  const iso = text.trim();
  if (isDate(iso)) return new CalendarDate(iso);
  const known = names.of(locale);
  return readNumeric(iso, known, today) ?? readWords(fold(text), known, today);
}

function readNumeric(text: string, { isMonthFirst }: Names, today: CalendarDate | undefined): CalendarDate | undefined {
  const match = /^(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}|\d{2})?)?$/.exec(text);
  if (!match) return undefined;
  const [first, second] = [Number(match[1]), Number(match[3])];
  // A dot stands between numbers only where the day comes first.
  const [month, day] = isMonthFirst && match[2] !== '.' ? [first, second] : [second, first];
  return complete(day, month, match[4], today);
}

function readWords(folded: string, known: Names, today: CalendarDate | undefined): CalendarDate | undefined {
  if (today) {
    const days = known.relative.get(folded);
    if (days !== undefined) return today.addDays(days);
  }
  const tokens = folded.split(' ').filter((token) => !FILLERS.has(token));
  if (known.weekdays.has(tokens[0] ?? '') && tokens.length > 1) tokens.shift();
  const [only = '', ...more] = tokens;
  if (more.length === 0) return today && nextWeekday(today, known.weekdays.get(only));
  const month = tokens.findIndex((token) => known.months.has(token));
  if (month < 0 || tokens.length > 3) return undefined;
  const [day = '', year] = tokens.filter((_, index) => index !== month);
  const number = /^(\d{1,2})(?:st|nd|rd|th|er|e|o|a|ter|ten)?$/.exec(day)?.[1];
  if (number === undefined || (year !== undefined && !/^(?:\d{4}|\d{2})$/.test(year))) return undefined;
  return complete(Number(number), known.months.get(tokens[month] ?? '') ?? 0, year, today);
}

/** Strictly after today. */
function nextWeekday(today: CalendarDate, weekday: number | undefined): CalendarDate | undefined {
  if (weekday === undefined) return undefined;
  return today.addDays(((weekday - today.weekday + 6) % 7) + 1);
}

/** Without a year it is the next such day, today included. */
function complete(
  day: number,
  month: number,
  year: string | undefined,
  today: CalendarDate | undefined,
): CalendarDate | undefined {
  const of = (full: number): CalendarDate | undefined => {
    const iso = `${String(full).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
    return isDate(iso) ? new CalendarDate(iso) : undefined;
  };
  if (year?.length === 4) return of(Number(year));
  if (!today) return undefined;
  const thisYear = Number(today.iso.slice(0, 4));
  if (year !== undefined) {
    const near = thisYear - (thisYear % 100) + Number(year);
    return of(near > thisYear + MOST_YEARS_AHEAD ? near - 100 : near);
  }
  // 29 February is at most 8 years away.
  for (let ahead = 0; ahead <= 8; ahead++) {
    const found = of(thisYear + ahead);
    if (found && found.iso >= today.iso) return found;
  }
  return undefined;
}

function namesOf(locale: string): Names {
  const months = new Map<string, number>();
  const weekdays = new Map<string, number>();
  for (const style of ['long', 'short'] as const) {
    const monthOf = new Intl.DateTimeFormat(locale, { month: style, day: 'numeric', timeZone: 'UTC' });
    const aloneOf = new Intl.DateTimeFormat(locale, { month: style, timeZone: 'UTC' });
    for (let month = 1; month <= 12; month++) {
      const at = Date.UTC(2024, month - 1, 15);
      months.set(fold(aloneOf.format(at)), month);
      months.set(fold(monthOf.formatToParts(at).find(({ type }) => type === 'month')?.value ?? ''), month);
    }
    const weekdayOf = new Intl.DateTimeFormat(locale, { weekday: style, timeZone: 'UTC' });
    // 1 January 2024 was a Monday.
    for (let day = 1; day <= 7; day++) weekdays.set(fold(weekdayOf.format(Date.UTC(2024, 0, day))), day);
  }
  // Locales that show months as numbers in dates have no name there.
  for (const name of [...months.keys()]) if (/^\d*$/.test(name)) months.delete(name);
  const numeric = new Intl.DateTimeFormat(locale, { month: '2-digit', day: '2-digit', timeZone: 'UTC' });
  const order = numeric.formatToParts(0).map(({ type }) => type);
  return {
    months,
    weekdays,
    relative: relativeOf(locale),
    isMonthFirst: order.indexOf('month') < order.indexOf('day'),
  };
}

function relativeOf(locale: string): ReadonlyMap<string, number> {
  const relative = new Map<string, number>();
  for (const numeric of ['always', 'auto'] as const) {
    const format = new Intl.RelativeTimeFormat(locale, { numeric });
    for (let days = 0; days <= MAX_RELATIVE_DAYS; days++) relative.set(fold(format.format(days, 'day')), days);
  }
  if (locale.startsWith('en')) relative.set('day after tomorrow', 2).set('the day after tomorrow', 2);
  return relative;
}
