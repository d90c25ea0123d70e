import { conform, ValueError } from '../expression/values.ts';
import type { Json } from '../json.ts';
import type { ValueType } from '../machine/value-types.ts';
import { fold } from './fold.ts';
import { readMoney } from './money.ts';
import { readEmail, readPhone } from './phone.ts';
import { readDate } from './read-date.ts';
import { readDuration } from './read-duration.ts';
import { readTime, todayIn } from './read-time.ts';
import { readYesNo } from './yes-no.ts';

/** What a reply may depend on besides its text. */
export interface ReplyContext {
  /** BCP 47. */
  readonly locale: string;
  /** ISO 3166: where people are, for the order of a date where the locale has no region. */
  readonly country?: string | undefined;
  /** When and in which time zone it was written; without it, nothing is read that depends on it. */
  readonly written?: { readonly at: number; readonly zone: string };
}

/** A reply as a value of the variable that keeps it; undefined where it does not fit. Lists and objects never fit. */
export function readReply(type: ValueType, text: string, context: ReplyContext): Json | undefined {
  const value = read(type, text.trim(), context);
  if (value === undefined) return undefined;
  try {
    return conform(type, value, 'reply');
  } catch (error) {
    if (error instanceof ValueError) return undefined;
    throw error;
  }
}

function read(type: ValueType, text: string, { locale, country, written }: ReplyContext): Json | undefined {
  const regional = country === undefined || locale.includes('-') ? locale : `${locale}-${country}`;
  switch (type.type) {
    case 'text':
      return type.enum ? choiceOf(type.enum, text) : text;
    case 'integer':
    case 'number':
      return readNumber(text, locale);
    case 'boolean':
      return readYesNo(fold(text), locale);
    case 'date':
      return readDate(text, regional, written && todayIn(written.zone, written.at))?.iso;
    case 'time': {
      if (!written) return undefined;
      const { zone, at: now } = written;
      return readTime(text, { locale: regional, zone, now, today: todayIn(zone, now) })?.toISOString();
    }
    case 'duration':
      return readDuration(text, locale);
    case 'phone':
      return readPhone(text, type.country);
    case 'email':
      return readEmail(text);
    case 'money': {
      const minor = readMoney(text, type.currency, regional);
      return minor === undefined ? undefined : { minor, currency: type.currency };
    }
    case 'list':
    case 'object':
      return undefined;
  }
}

function choiceOf(choices: readonly string[], text: string): string | undefined {
  if (choices.includes(text)) return text;
  const word = fold(text);
  return choices.find((choice) => fold(choice) === word);
}

/** `7`, `-3`, `4.5`; `4,5` where the locale's decimal sign is a comma. No grouping: `1.000` would be ambiguous. */
function readNumber(text: string, locale: string): number | undefined {
  const match = /^[+-]?\d{1,15}(?:([.,])\d{1,6})?$/.exec(text);
  if (!match) return undefined;
  if (match[1] === ',' && decimalSignOf(locale) !== ',') return undefined;
  return Number(text.replace(',', '.'));
}

function decimalSignOf(locale: string): string {
  return new Intl.NumberFormat(locale).formatToParts(1.5).find(({ type }) => type === 'decimal')?.value ?? '.';
}
