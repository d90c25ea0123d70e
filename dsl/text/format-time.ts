/**
 * `EEEE 'at' HH:mm`: Unicode's date pattern letters, the part of them that messages need, through Intl so that month
 * and day names are the locale's own. https://unicode.org/reports/tr35/tr35-dates.html#Date_Field_Symbol_Table
 */
type Field = { readonly part: Intl.DateTimeFormatPartTypes; readonly options: Intl.DateTimeFormatOptions };

const FIELDS: Readonly<Record<string, Field>> = {
  y: { part: 'year', options: { year: 'numeric' } },
  yy: { part: 'year', options: { year: '2-digit' } },
  yyyy: { part: 'year', options: { year: 'numeric' } },
  M: { part: 'month', options: { month: 'numeric' } },
  MM: { part: 'month', options: { month: '2-digit' } },
  MMM: { part: 'month', options: { month: 'short', day: 'numeric' } },
  MMMM: { part: 'month', options: { month: 'long', day: 'numeric' } },
  d: { part: 'day', options: { day: 'numeric' } },
  dd: { part: 'day', options: { day: '2-digit' } },
  E: { part: 'weekday', options: { weekday: 'short' } },
  EEE: { part: 'weekday', options: { weekday: 'short' } },
  EEEE: { part: 'weekday', options: { weekday: 'long' } },
  H: { part: 'hour', options: { hour: 'numeric', hourCycle: 'h23' } },
  HH: { part: 'hour', options: { hour: '2-digit', hourCycle: 'h23' } },
  h: { part: 'hour', options: { hour: 'numeric', hourCycle: 'h12' } },
  hh: { part: 'hour', options: { hour: '2-digit', hourCycle: 'h12' } },
  m: { part: 'minute', options: { minute: 'numeric' } },
  mm: { part: 'minute', options: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } },
  s: { part: 'second', options: { second: 'numeric' } },
  ss: { part: 'second', options: { minute: '2-digit', second: '2-digit' } },
  a: { part: 'dayPeriod', options: { hour: 'numeric', hourCycle: 'h12' } },
  z: { part: 'timeZoneName', options: { timeZoneName: 'short' } },
};

/** The letters that `parseTimePattern` knows, for messages. */
export const TIME_PATTERN_FIELDS: readonly string[] = Object.keys(FIELDS);

export type PatternPiece = { readonly literal: string } | { readonly field: string };

/** Pieces of a pattern; a text says what is wrong with it. `'` quotes literal letters, `''` is an apostrophe. */
export function parseTimePattern(pattern: string): readonly PatternPiece[] | string {
  const pieces: PatternPiece[] = [];
  for (const [token, quoted] of pattern.matchAll(/''|'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z]/gs)) {
    if (token === "''") pieces.push({ literal: "'" });
    else if (quoted !== undefined) pieces.push({ literal: quoted.replaceAll("''", "'") });
    else if (/^[A-Za-z]/.test(token)) {
      if (!Object.hasOwn(FIELDS, token)) {
        return `"${token}" is no field of a time pattern (${TIME_PATTERN_FIELDS.join(' ')}); put literal letters in '…'`;
      }
      pieces.push({ field: token });
    } else if (token === "'") return "a ' is not closed in the time pattern";
    else pieces.push({ literal: token });
  }
  return pieces;
}

/** Building a formatter costs 50 µs: kept per locale, zone and field. Locales and zones come from outside: capped. */
const formatters = new Map<string, Intl.DateTimeFormat>();
const MAX_FORMATTERS = 2000;

function formatterOf(
  locale: string,
  zone: string,
  field: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${locale} ${zone} ${field}`;
  const known = formatters.get(key);
  if (known) return known;
  if (formatters.size >= MAX_FORMATTERS) formatters.clear();
  const made = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
  formatters.set(key, made);
  return made;
}

/** Those of definitions, which are few; where an expression makes them, they may be many. */
const patterns = new Map<string, readonly PatternPiece[] | string>();
const MAX_PATTERNS = 500;

function piecesOf(pattern: string): readonly PatternPiece[] | string {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  if (patterns.size >= MAX_PATTERNS) patterns.clear();
  const pieces = parseTimePattern(pattern);
  patterns.set(pattern, pieces);
  return pieces;
}

/** Throws a RangeError where the pattern, locale or zone is none. */
export function formatTime(time: Date, pattern: string, locale: string, zone: string): string {
  const pieces = piecesOf(pattern);
  if (typeof pieces === 'string') throw new RangeError(pieces);
  return pieces
    .map((piece) => ('literal' in piece ? piece.literal : formatField(time, piece.field, locale, zone)))
    .join('');
}

function formatField(time: Date, name: string, locale: string, zone: string): string {
  const field = FIELDS[name];
  if (!field) return name;
  const parts = formatterOf(locale, zone, name, field.options).formatToParts(time);
  const value = parts.find((part) => part.type === field.part)?.value ?? '';
  // Intl pads only some of the fields that ask for two digits, depending on the locale.
  return name.length === 2 && field.part !== 'year' && /^\d$/.test(value) ? `0${value}` : value;
}
