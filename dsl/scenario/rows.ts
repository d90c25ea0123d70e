import type { Json, JsonObject } from '../json.ts';

const PLACE = /\$\{(\w+)\}/g;

/**
 * A step with the values of a row in it: a text that is exactly `${name}` becomes the value itself, elsewhere its text.
 * What stands between `${…}` and is no name of the row stays as it is.
 */
export function fillRow(value: Json, row: JsonObject): Json {
  if (typeof value === 'string') return fillText(value, row);
  if (Array.isArray(value)) return value.map((item: Json) => fillRow(item, row));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value as JsonObject).map(([key, member]) => [key, fillRow(member, row)]));
}

function fillText(text: string, row: JsonObject): Json {
  const whole = /^\$\{(\w+)\}$/.exec(text)?.[1];
  if (whole !== undefined && Object.hasOwn(row, whole)) return row[whole] ?? null;
  return text.replaceAll(PLACE, (place, name: string) => (Object.hasOwn(row, name) ? shown(row[name]) : place));
}

/** A value as the text that stands for it. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `word: C, days: 3`, for a title. */
export function rowTitle(row: JsonObject): string {
  return Object.entries(row)
    .map(([name, value]) => `${name}: ${shown(value)}`)
    .join(', ');
}
