/**
 * Between JSON and CEL. JSON has one kind of number, CEL has int (bigint) and double (number); the declared type
 * decides. Without a declaration a JSON number is a double, as CEL's own JSON mapping says.
 */
import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator';
import { isObject, type Json } from '../json.ts';
import { MAX_LIST_ITEMS } from '../limits.ts';
import type { ValueType } from '../machine/value-types.ts';
import { parseDuration } from '../text/duration.ts';
import { CalendarDate } from './calendar-date.ts';
import {
  conformText,
  conformDate,
  conformDuration,
  conformEmail,
  conformMoney,
  conformNumber,
  conformPhone,
} from './conform.ts';
import { mismatch, ValueError } from './value-error.ts';
import { Money } from './money.ts';

export { ValueError } from './value-error.ts';

/** JSON in a state → the value that expressions see. Trusts that the JSON was made by `conform`. */
export function toCel(type: ValueType, json: Json): unknown {
  switch (type.type) {
    case 'integer':
      return typeof json === 'number' ? BigInt(json) : json;
    case 'time':
      return new Date(json as string);
    case 'duration':
      return Duration.fromMilliseconds(parseDuration(json as string) ?? 0);
    case 'date':
      return new CalendarDate(json as string);
    case 'money':
      return new Money(BigInt((json as { readonly minor: number }).minor), type.currency);
    case 'list':
      return (json as readonly Json[]).map((item) => toCel(type.of, item));
    case 'object':
      return objectToCel(type.fields, json as Readonly<Record<string, Json>>);
    case 'text':
    case 'number':
    case 'boolean':
    case 'phone':
    case 'email':
      return json;
  }
}

export function objectToCel(
  fields: Readonly<Record<string, ValueType>>,
  json: Readonly<Record<string, Json>>,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const name in fields) {
    const type = fields[name];
    const value = json[name];
    if (type !== undefined && value !== undefined) result[name] = toCel(type, value);
  }
  return result;
}

/** What an expression gave → JSON. Throws `ValueError` where JSON has nothing for it. */
export function fromCel(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return safeInteger(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new ValueError(`${String(value)} is no number that JSON can hold`);
    return value;
  }
  if (value instanceof Date) return timeOf(value);
  if (value instanceof Duration) return `${(value.valueOf() / 1000).toString()}s`;
  if (value instanceof UnsignedInt) return safeInteger(value.value);
  if (value instanceof CalendarDate) return value.iso;
  if (value instanceof Money) return { minor: safeInteger(value.minor), currency: value.currency };
  if (Array.isArray(value)) return value.map(fromCel);
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, member]) => [String(key), fromCel(member)]));
  }
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fromCel(member)]));
  }
  throw new ValueError('the expression gives a value that can not be kept');
}

function safeInteger(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw new ValueError(`${value.toString()} is beyond ±2^53, where numbers lose digits`);
  return number;
}

function timeOf(date: Date): string {
  if (Number.isNaN(date.getTime())) throw new ValueError('that is no time');
  return date.toISOString();
}

/** Brings JSON from anywhere to the declared type's own form. Throws `ValueError`; `name` is what the message calls it. */
export function conform(type: ValueType, json: Json, name: string): Json {
  switch (type.type) {
    case 'text':
      return conformText(type, json, name);
    case 'integer':
    case 'number':
      return conformNumber(type, json, name);
    case 'boolean':
      if (typeof json !== 'boolean') throw mismatch(name, 'true or false', json);
      return json;
    case 'time':
      return conformTime(json, name);
    case 'duration':
      return conformDuration(type, json, name);
    case 'date':
      return conformDate(type, json, name);
    case 'money':
      return conformMoney(type, json, name);
    case 'phone':
      return conformPhone(type, json, name);
    case 'email':
      return conformEmail(json, name);
    case 'list':
      if (!Array.isArray(json)) throw mismatch(name, 'a list', json);
      if (json.length > MAX_LIST_ITEMS) throw new ValueError(`${name} has more than ${MAX_LIST_ITEMS} items`);
      return (json as readonly Json[]).map((item, index) => conform(type.of, item, `${name}[${index.toString()}]`));
    case 'object':
      return conformObject(type.fields, json, name);
  }
}

/** RFC 3339 with its offset, so that it is one instant everywhere. */
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i;

function conformTime(json: Json, name: string): Json {
  const date = typeof json === 'string' && RFC_3339.test(json) ? new Date(json) : new Date(NaN);
  if (Number.isNaN(date.getTime())) throw mismatch(name, 'a time such as 2026-03-08T10:00:00-04:00', json);
  return date.toISOString();
}

function conformObject(fields: Readonly<Record<string, ValueType>>, json: Json, name: string): Json {
  if (!isObject(json)) throw mismatch(name, 'an object', json);
  return conformFields(fields, json, `${name}.`);
}

/** Each declared field in its own form, defaults filled in; what is not declared is left out. */
export function conformFields(
  fields: Readonly<Record<string, ValueType>>,
  json: Readonly<Record<string, Json>>,
  prefix: string,
): Record<string, Json> {
  const result: Record<string, Json> = {};
  for (const [field, type] of Object.entries(fields)) {
    const value = Object.hasOwn(json, field) ? json[field] : undefined;
    if (value !== undefined && (value !== null || !type.optional)) result[field] = conform(type, value, prefix + field);
    else if (type.default !== undefined) result[field] = type.default;
    else if (!type.optional) throw new ValueError(`${prefix}${field} is missing`);
  }
  return result;
}
