/** What a type says beyond its name: bounds, lengths, a pattern, a currency. */
import type { ValueType } from '../machine/value-types.ts';
import type { Range } from '../parse/source-file.ts';
import type { SourceType, SourceTypeName } from '../schema/source.ts';
import { isDate } from '../expression/calendar-date.ts';
import { parseDuration } from '../text/duration.ts';
import { isCurrency, parseDecimal } from '../text/money.ts';
import { patternProblem } from '../text/pattern.ts';
import type { TypeContext } from './types.ts';

export type TypeSource = Exclude<SourceType, string>;

/** Stands where a currency was reported as missing. */
const ANY_CURRENCY = 'EUR';

export function simpleType(c: TypeContext, name: SourceTypeName, source: TypeSource, place: () => Range): ValueType {
  if (name === 'phone') return c.country === undefined ? { type: 'phone' } : { type: 'phone', country: c.country };
  if (name !== 'money') return { type: name };
  const { currency } = source;
  if (currency === undefined) {
    c.report.add('missing-key', place(), 'money needs a currency', { expected: '{ type: money, currency: EUR }' });
  } else if (!isCurrency(currency)) {
    const range = c.tree.valueRange(source, 'currency');
    c.report.add('wrong-value', range, `"${currency}" is no currency`, { expected: 'an ISO 4217 code such as EUR' });
  } else return { type: 'money', currency };
  return { type: 'money', currency: ANY_CURRENCY };
}

/** The types that each key may stand beside. */
const BELONGS = {
  currency: ['money'],
  pattern: ['text'],
  minLength: ['text'],
  maxLength: ['text'],
  minimum: ['integer', 'number', 'date', 'duration', 'money'],
  maximum: ['integer', 'number', 'date', 'duration', 'money'],
} as const satisfies Readonly<Record<string, readonly ValueType['type'][]>>;

const KEYS = Object.keys(BELONGS) as readonly (keyof typeof BELONGS)[];

/** The type with what its declaration adds to it; what does not belong to it is reported and left out. */
export function constrained(c: TypeContext, source: TypeSource, type: ValueType): ValueType {
  const wanted = KEYS.filter((key) => source[key] !== undefined);
  const fitting = wanted.filter((key) => {
    const types: readonly string[] = BELONGS[key];
    const fits = types.includes(type.type);
    if (!fits) {
      c.report.add('keys-exclusive', c.tree.keyRange(source, key), `"${key}" can not stand beside type ${type.type}`, {
        expected: `type: ${types.join(' or ')}`,
      });
    }
    return fits;
  });
  const entries = fitting.flatMap((key) => {
    const value = valueOf(c, source, key, type);
    return value === undefined || key === 'currency' ? [] : [[key, value] as const];
  });
  const found = { ...type, ...Object.fromEntries(entries) };
  reportEmpty(c, source, found);
  return found;
}

/** Undefined where it was reported. */
function valueOf(c: TypeContext, source: TypeSource, key: keyof typeof BELONGS, type: ValueType) {
  if (key === 'minimum' || key === 'maximum') return boundOf(c, source, key, type);
  const problem = key === 'pattern' ? patternProblem(source.pattern ?? '') : undefined;
  if (problem === undefined) return source[key];
  c.report.add('pattern-invalid', c.tree.valueRange(source, key), problem);
  return undefined;
}

function boundOf(
  c: TypeContext,
  source: TypeSource,
  key: 'minimum' | 'maximum',
  type: ValueType,
): number | string | undefined {
  const value = source[key] ?? 0;
  const bound = boundValue(type, value);
  if (bound !== undefined) return bound;
  const expected = BOUNDS[type.type] ?? 'a number';
  c.report.add('value-mismatch', c.tree.valueRange(source, key), `"${key}" is not ${expected}`, { expected });
  return undefined;
}

const BOUNDS: Partial<Record<ValueType['type'], string>> = {
  integer: 'a whole number',
  date: 'a date such as 2026-03-08',
  duration: 'a duration such as 90m',
  money: 'an amount such as 19.99',
};

function boundValue(type: ValueType, value: number | string): number | string | undefined {
  if (type.type === 'money') return parseDecimal(String(value), type.currency);
  if (type.type === 'duration') return parseDuration(String(value));
  if (type.type === 'date') return isDate(String(value)) ? value : undefined;
  if (typeof value !== 'number' || (type.type === 'integer' && !Number.isSafeInteger(value))) return undefined;
  return value;
}

function reportEmpty(c: TypeContext, source: TypeSource, type: object): void {
  const { minimum, maximum, minLength, maxLength } = type as Readonly<Record<string, number | undefined>>;
  const isAbove = (low: number | undefined, high: number | undefined) =>
    low !== undefined && high !== undefined && low > high;
  for (const [key, isEmpty] of [
    ['maximum', isAbove(minimum, maximum)],
    ['maxLength', isAbove(minLength, maxLength)],
  ] as const) {
    if (isEmpty)
      c.report.add('value-mismatch', c.tree.valueRange(source, key), `no value is allowed: "${key}" is too low`);
  }
}
