/** JSON from anywhere → the own form of each simple type. All throw `ValueError`; `name` is what the message calls the value. */
import { isObject, type Json } from '../json.ts';
import type { TextType, ValueType } from '../machine/value-types.ts';
import { parseDuration } from '../text/duration.ts';
import { decimalOf, parseDecimal } from '../text/money.ts';
import { fitsPattern } from '../text/pattern.ts';
import { parseEmail, parsePhone } from '../text/phone.ts';
import { isDate } from './calendar-date.ts';
import { mismatch } from './value-error.ts';

type Of<Name extends ValueType['type']> = Extract<ValueType, { readonly type: Name }>;

export function conformText(type: TextType, json: Json, name: string): string {
  if (typeof json !== 'string') throw mismatch(name, 'a text', json);
  if (type.enum && !type.enum.includes(json)) throw mismatch(name, `one of ${type.enum.join(', ')}`, json);
  const { pattern, minLength, maxLength } = type;
  if (pattern !== undefined && !fitsPattern(pattern, json)) throw mismatch(name, `a text such as ${pattern}`, json);
  const length = minLength === undefined && maxLength === undefined ? 0 : Array.from(json).length;
  if (length < (minLength ?? 0)) throw mismatch(name, `${minLength ?? 0} characters or more`, json);
  if (length > (maxLength ?? Infinity)) throw mismatch(name, `${maxLength ?? 0} characters or fewer`, json);
  return json;
}

export function conformNumber(
  type: Extract<ValueType, { readonly type: 'integer' | 'number' }>,
  json: Json,
  name: string,
): number {
  if (typeof json !== 'number') throw mismatch(name, type.type === 'integer' ? 'a whole number' : 'a number', json);
  if (type.type === 'integer' && !Number.isSafeInteger(json)) throw mismatch(name, 'a whole number', json);
  checkBounds(type, json, String, json, name);
  return json;
}

export function conformDuration(type: Of<'duration'>, json: Json, name: string): string {
  const ms = typeof json === 'string' ? parseDuration(json) : undefined;
  if (typeof json !== 'string' || ms === undefined) throw mismatch(name, 'a duration such as 90m', json);
  checkBounds(type, ms, (bound) => `${bound / 1000}s`, json, name);
  return json;
}

export function conformDate({ minimum, maximum }: Of<'date'>, json: Json, name: string): string {
  if (typeof json !== 'string' || !isDate(json)) throw mismatch(name, 'a date such as 2026-03-08', json);
  if (minimum !== undefined && json < minimum) throw mismatch(name, `${minimum} or later`, json);
  if (maximum !== undefined && json > maximum) throw mismatch(name, `${maximum} or earlier`, json);
  return json;
}

/** In its own form, or as decimal text; a JSON number has lost digits, or says not of which unit it is. */
export function conformMoney(type: Of<'money'>, json: Json, name: string): Json {
  const { currency } = type;
  const minor = minorOf(json, currency);
  if (minor === undefined) {
    throw mismatch(
      name,
      `an amount such as { minor: 1999, currency: ${currency} } or "${decimalOf(1999n, currency)}"`,
      json,
    );
  }
  checkBounds(type, minor, (bound) => `${decimalOf(BigInt(bound), currency)} ${currency}`, json, name);
  return { minor, currency };
}

function minorOf(json: Json, currency: string): number | undefined {
  if (typeof json === 'string') return parseDecimal(json, currency);
  if (!isObject(json) || json['currency'] !== currency) return undefined;
  const { minor } = json;
  return typeof minor === 'number' && Number.isSafeInteger(minor) ? minor : undefined;
}

export function conformPhone({ country }: Of<'phone'>, json: Json, name: string): string {
  const number = typeof json === 'string' ? parsePhone(json, country) : undefined;
  if (number === undefined) throw mismatch(name, 'a phone number such as +12125550123', json);
  return number;
}

export function conformEmail(json: Json, name: string): string {
  const address = typeof json === 'string' ? parseEmail(json.trim()) : undefined;
  if (address === undefined) throw mismatch(name, 'an e-mail address', json);
  return address;
}

function checkBounds(
  { minimum, maximum }: { readonly minimum?: number; readonly maximum?: number },
  value: number,
  show: (bound: number) => string,
  json: Json,
  name: string,
): void {
  if (minimum !== undefined && value < minimum) throw mismatch(name, `${show(minimum)} or more`, json);
  if (maximum !== undefined && value > maximum) throw mismatch(name, `${show(maximum)} or less`, json);
}
