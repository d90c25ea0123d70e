/** Types, values and times as a comparison shows them: in one line, close to how an author writes them. */
import type { DailyTime } from '../text/local-time.ts';
import type { RequestPart } from '../machine/data-source.ts';
import type { Value } from '../machine/expressions.ts';
import type { ValueType } from '../machine/value-types.ts';
import { sourceOf } from '../diagram/words.ts';
import { formatDays } from '../text/days.ts';
import { formatDuration } from '../text/format-duration.ts';
import { formatTimeOfDay } from '../text/local-time.ts';
import { decimalOf } from '../text/money.ts';

export function typeText(type: ValueType): string {
  const bound = (value: number): string => {
    if (type.type === 'duration') return formatDuration(value);
    return type.type === 'money' ? decimalOf(BigInt(value), type.currency) : value.toString();
  };
  const parts: string[] = [];
  if (type.type === 'list') parts.push(`list of ${typeText(type.of)}`);
  else if (type.type === 'object') parts.push(`{ ${fieldsText(type.fields)} }`);
  else parts.push(type.type);
  if ('currency' in type) parts.push(type.currency);
  if (type.type === 'phone' && type.country !== undefined) parts.push(`of ${type.country}`);
  if (type.type === 'text') {
    const { enum: values, pattern, minLength, maxLength } = type;
    if (values) parts.push(`one of ${values.join(', ')}`);
    if (pattern !== undefined) parts.push(`like ${pattern}`);
    if (minLength !== undefined) parts.push(`from ${minLength} characters`);
    if (maxLength !== undefined) parts.push(`to ${maxLength} characters`);
  }
  if ('minimum' in type || 'maximum' in type) {
    const { minimum, maximum } = type;
    if (minimum !== undefined) parts.push(`from ${shownBound(minimum, bound)}`);
    if (maximum !== undefined) parts.push(`to ${shownBound(maximum, bound)}`);
  }
  if (type.optional) parts.push('optional');
  if (type.default !== undefined) parts.push(`${JSON.stringify(type.default)} by default`);
  return parts.join(', ');
}

function shownBound(value: number | string, bound: (value: number) => string): string {
  return typeof value === 'number' ? bound(value) : value;
}

function fieldsText(fields: Readonly<Record<string, ValueType>>): string {
  return Object.entries(fields)
    .map(([name, type]) => `${name}: ${typeText(type)}`)
    .join('; ');
}

export function valueText(value: Value): string {
  if ('literal' in value) return JSON.stringify(value.literal);
  if ('cel' in value) return `\${${value.cel}}`;
  if ('text' in value) return sourceOf(value.text);
  if ('list' in value) return `[${value.list.map(valueText).join(', ')}]`;
  const entries = Object.entries(value.map).map(([key, of]) => `${key}: ${valueText(of)}`);
  return `{ ${entries.join(', ')} }`;
}

/** Secrets by name: their values are nowhere in a machine. */
export function requestText(parts: readonly RequestPart[]): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      return 'cel' in part ? `\${${part.cel}}` : `\${secrets.${part.secret}}`;
    })
    .join('');
}

export function dailyTimeText({ minutes, days }: DailyTime): string {
  return `${formatTimeOfDay(minutes)}, ${days ? formatDays(days) : 'every day'}`;
}
