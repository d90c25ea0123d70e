/** In what a platform's events differ from those that a scenario expects. */
import { isObject, type Json } from '../../json.ts';
import { dataMatches } from '../match.ts';

export interface Difference {
  readonly kind: 'missing' | 'unexpected' | 'out-of-order' | 'wrong';
  /** Of the expectation; of the action that it followed, where nothing expected it. */
  readonly line: number;
  /** What was expected, or happened: `message.requested "Hi Ana"`. */
  readonly what: string;
  /** Of `wrong`: where, `data.score`, and what stands there. */
  readonly field?: string;
  readonly expected?: string;
  readonly actual?: string;
}

export interface WrongField {
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
}

/** The innermost fields that are not as expected. None where the data matches. */
export function wrongFields(field: string, expected: Json, actual: unknown): readonly WrongField[] {
  if (dataMatches(expected, actual)) return [];
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return expected.flatMap((item: Json, index) => wrongFields(`${field}[${index}]`, item, actual[index]));
  }
  if (isObject(expected) && typeof actual === 'object' && actual !== null && !Array.isArray(actual)) {
    const fields = actual as Readonly<Record<string, unknown>>;
    return Object.entries(expected).flatMap(([key, value]) => wrongFields(`${field}.${key}`, value, fields[key]));
  }
  return [{ field, expected: written(expected), actual: written(actual) }];
}

function written(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
