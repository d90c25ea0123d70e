/** Data for events that are made up, from what expressions read of it: the paths under `event.data`. */
import type { Json, JsonObject } from '../json.ts';

type Path = readonly string[];

export function pathsIn(expression: string): readonly Path[] {
  return [...expression.matchAll(/event\.data((?:\.\w+)+)(?!\w*\()/g)].map(([, path = '']) => pathOf(path));
}

/** What a condition compares parts of the data with. A part that stands alone is taken for a boolean. */
export function comparisonsIn(condition: string): readonly { readonly path: Path; readonly holds: Json }[] {
  const pattern = /event\.data((?:\.\w+)+)(?!\w*\()(?:\s*(==|>=?|<=?)\s*('[^']*'|"[^"]*"|[\w.-]+))?/g;
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

function isMap(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
