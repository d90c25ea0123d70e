/** Data for events and answers that are made up, from what expressions read of it. */
import type { Json, JsonObject } from '../json.ts';

type Path = readonly string[];

/** Paths that an expression reads of `of`. */
export function pathsIn(expression: string, of: 'event.data' | 'response' = 'event.data'): readonly Path[] {
  const pattern = new RegExp(`(?<![\\w.])${of}((?:\\.\\w+)+)(?!\\w*\\()`, 'g');
  return [...expression.matchAll(pattern)].map(([, path = '']) => pathOf(path));
}

/** What a condition compares parts of `of` with. A part that stands alone is taken for a boolean. */
export function comparisonsIn(
  condition: string,
  of: 'event.data' | 'inputs' | 'data',
): readonly { readonly path: Path; readonly holds: Json }[] {
  const pattern = new RegExp(
    `(?<![\\w.])${of}((?:\\.\\w+)+)(?!\\w*\\()(?:\\s*(==|>=?|<=?)\\s*('[^']*'|"[^"]*"|[\\w.-]+))?`,
    'g',
  );
  return [...condition.matchAll(pattern)].map(([, path = '', operator, literal]) => ({
    path: pathOf(path),
    holds: operator === undefined || literal === undefined ? true : holding(operator, literal),
  }));
}

function holding(operator: string, literal: string): Json {
  const number = Number(literal);
  if (!Number.isNaN(number)) return operator === '>' ? number + 1 : operator === '<' ? number - 1 : number;
  if (literal === 'true' || literal === 'false') return literal === 'true';
  return /^['"]/.test(literal) ? literal.slice(1, -1) : literal;
}

/** A value with which the comparison does not hold. */
export function otherThan(value: Json): Json {
  if (typeof value === 'boolean') return !value;
  return typeof value === 'number' ? -1 - value : 'something else';
}

function pathOf(text: string): Path {
  return text.slice(1).split('.');
}

export function put(data: Record<string, Json>, path: Path, value: Json): void {
  const [first = '', ...rest] = path;
  if (rest.length === 0) {
    data[first] = value;
    return;
  }
  const inner = data[first];
  const map: Record<string, Json> = isMap(inner) ? { ...inner } : {};
  put(map, rest, value);
  data[first] = map;
}

export function isMap(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
