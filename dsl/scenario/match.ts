/** How what happened is compared with what is expected. */
import { RE2JS, RE2JSSyntaxException } from 're2js';
import { canonicalJson, type Json, type JsonObject } from '../json.ts';

/** `/…/`, in the linear-time syntax of definitions. */
function patternIn(text: string): string | undefined {
  return /^\/(.+)\/$/s.exec(text)?.[1];
}

/** Why a text that looks like a pattern is none; undefined where it is one, or plain text. */
export function patternProblem(text: string): string | undefined {
  const pattern = patternIn(text);
  if (pattern === undefined) return undefined;
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return error.message;
    throw error;
  }
}

/** Line breaks at the end do not count: a block text of YAML has one. */
export function textMatches(expected: string, actual: string): boolean {
  const pattern = patternIn(expected);
  if (pattern !== undefined) return RE2JS.compile(pattern).matcher(actual).find();
  return expected.trimEnd() === actual.trimEnd();
}

/** Every field that is expected is there; what else is there does not matter. Lists are compared item by item. */
export function dataMatches(expected: Json, actual: unknown): boolean {
  if (typeof expected === 'string') return typeof actual === 'string' && textMatches(expected, actual);
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return false;
    return expected.every((item: Json, index) => dataMatches(item, actual[index]));
  }
  if (typeof expected !== 'object' || expected === null) return canonicalJson(expected) === canonicalJson(actual);
  if (typeof actual !== 'object' || actual === null) return false;
  return Object.entries(expected as JsonObject).every(([key, value]) =>
    dataMatches(value, (actual as Readonly<Record<string, unknown>>)[key]),
  );
}
