import { MAX_WAIT_MS, MIN_WAIT_MS } from '../limits.ts';
import type { Key } from '../parse/tree.ts';
import { parseDuration } from '../text/duration.ts';
import type { Compilation } from './compilation.ts';

/** Milliseconds; 0 where it was reported. */
export function compileDuration(c: Pick<Compilation, 'report' | 'tree'>, container: object, key: Key): number {
  const text = (container as Readonly<Record<Key, unknown>>)[key];
  if (typeof text !== 'string') return 0;
  const ms = parseDuration(text);
  const range = c.tree.valueRange(container, key);
  const expected = 'a duration such as 90m, 12h or 3d';
  if (ms === undefined) {
    const seconds = /^\d+$/.test(text) ? `${text}m` : undefined;
    c.report.add('duration-invalid', range, `"${text}" is no duration`, { expected, suggestion: seconds });
  } else if (ms < MIN_WAIT_MS || ms > MAX_WAIT_MS) {
    c.report.add('duration-invalid', range, `${text} is ${ms < MIN_WAIT_MS ? 'shorter than 1s' : 'longer than 400d'}`, {
      expected,
    });
  }
  return ms ?? 0;
}
