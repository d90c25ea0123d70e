/** Times as people write them: `15:30`, `3 pm`, `15 Uhr`, `tomorrow at 9:30`, RFC 3339. */
import { dateOf, type CalendarDate } from '../expression/calendar-date.ts';
import { fold } from './fold.ts';
import { instantOf, localTimeOf, nextLocalTime, type LocalTime } from './local-time.ts';
import { readDate } from './read-date.ts';

/** Where and when somebody writes. */
export interface Here {
  readonly locale: string;
  readonly zone: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Of the person who writes. */
  readonly today: CalendarDate;
}

const RFC_3339 = /^\d{4}-\d\d-\d\dt\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:z|[+-]\d\d:\d\d)$/i;

/** The instant; a time of day alone is the next such time. */
export function readTime(text: string, here: Here): Date | undefined {
  const trimmed = text.trim();
  if (RFC_3339.test(trimmed)) {
    const time = new Date(trimmed);
    return Number.isNaN(time.getTime()) ? undefined : time;
  }
  const alone = readTimeOfDay(trimmed);
  if (alone !== undefined) return new Date(nextLocalTime(here.now, { minutes: alone }, here.zone));
  const tokens = trimmed.split(/[\s,]+|(?<=\d)T(?=\d)/);
  for (let at = 1; at < tokens.length; at++) {
    const [one, other] = [tokens.slice(0, at).join(' '), tokens.slice(at).join(' ')];
    const found = together(one, other, here) ?? together(other, one, here);
    if (found) return found;
  }
  return undefined;
}

function together(dateText: string, timeText: string, { locale, zone, today }: Here): Date | undefined {
  const minutes = readTimeOfDay(timeText);
  if (minutes === undefined) return undefined;
  const date = readDate(dateText, locale, today);
  if (!date) return undefined;
  return new Date(instantOf({ ...partsOf(date), minutes }, zone));
}

export function partsOf(date: CalendarDate): Omit<LocalTime, 'minutes'> {
  const [year = 0, month = 1, day = 1] = date.iso.split('-').map(Number);
  return { year, month, day };
}

/** What the calendar of the zone says. */
export function todayIn(zone: string, now: number): CalendarDate {
  const { year, month, day } = localTimeOf(now, zone);
  return dateOf(Date.UTC(year, month - 1, day));
}

const NOON: ReadonlySet<string> = new Set(['noon', 'mediodia', 'al mediodia', 'mittag', 'mittags', 'midi', 'a midi']);

const TIME_OF_DAY =
  /^(?:(?:at|a las|a la|las|la|um|a|alle|as|om) )?(\d{1,2})(?: ?(?:[:.]|h(?=\d)) ?(\d{2}))?(?: ?(h|hs|uhr|uur|am|pm))?(?: (\d{2}))?$/;

/** Minutes since midnight. A bare `9` is none: it may be morning or evening, or something else altogether. */
export function readTimeOfDay(text: string): number | undefined {
  if (NOON.has(fold(text))) return 12 * 60;
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const short = plain.replaceAll(/(?<=\b[ap]|\d[ap])\.?\s?m\b\.?/g, 'm').trim();
  const [, hourText, separated, half, after] = TIME_OF_DAY.exec(short) ?? [];
  if (hourText === undefined || (separated === undefined && half === undefined)) return undefined;
  // `15 Uhr 30`, but not `15:30 30`.
  if (after !== undefined && (separated !== undefined || half === 'am' || half === 'pm')) return undefined;
  const hour = hourOf(Number(hourText), half);
  const minute = Number(separated ?? after ?? 0);
  return hour === undefined || minute > 59 ? undefined : hour * 60 + minute;
}

/** On a clock of twelve hours, 12 am is midnight and 12 pm is noon. */
function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half !== 'am' && half !== 'pm') return hour > 23 ? undefined : hour;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half === 'pm' ? 12 : 0);
}
