/** Checks expressions where they stand; the machine keeps their source. */
import type { Environment } from '@marcbachmann/cel-js';
import { comprehensionDepth, timePatterns } from '../expression/inspect.ts';
import type { Place } from '../expression/environment.ts';
import { MAX_COMPREHENSION_DEPTH_START, MAX_COMPREHENSION_DEPTH_STEPS, MAX_EXPRESSION_CHARACTERS } from '../limits.ts';
import type { Range } from '../parse/source-file.ts';
import { offsetsOf } from '../parse/scalar-text.ts';
import type { Key } from '../parse/tree.ts';
import { parseTimePattern } from '../text/format-time.ts';
import { parseExpression } from '../expression/parse.ts';
import type { Compilation } from './compilation.ts';
import { checkPatterns, checkPlurals } from './literals.ts';
import { checkConstants } from './constants.ts';
import { checkEnums } from './enums.ts';
import { checkItems } from './items.ts';
import { explain, type CelError } from './expression-problems.ts';
import { called } from './type-names.ts';

/** CEL's name of the result's type; undefined where the expression was reported. */
export type CheckedType = string | undefined;

/** An expression that is a whole value; reports a result of another type than those named. */
export function checkBare(
  c: Compilation,
  place: Place,
  container: object,
  key: Key,
  expected: { readonly types: readonly string[]; readonly called: string },
): void {
  const source = (container as Readonly<Record<Key, unknown>>)[key];
  if (typeof source !== 'string') return;
  const { locate, range } = locatorOf(c, container, key, source);
  const type = checkExpression(c, place, source, locate, range);
  if (type === undefined || type === 'dyn' || expected.types.includes(type)) return;
  c.report.add('expression-type', range, `the expression gives ${called(type)}`, { expected: expected.called });
}

export interface Locator {
  /** Offset in the file of a character of the value. */
  readonly locate: (index: number) => number;
  readonly range: Range;
}

export function locatorOf(c: Compilation, container: object, key: Key, value: string): Locator {
  const range = c.tree.valueRange(container, key);
  const scalar = c.tree.scalar(container, key);
  return { locate: scalar ? offsetsOf(scalar, c.report.source, value) : () => range.start, range };
}

/** `locate` maps offsets within the expression to offsets in the file. `locale`: the language of the text around it. */
export function checkExpression(
  c: Compilation,
  place: Place,
  source: string,
  locate: (index: number) => number,
  whole: Range,
  locale?: string,
): CheckedType {
  const at = (start: number, end: number): Range => ({
    start: locate(start),
    end: Math.max(locate(start) + 1, locate(end)),
  });
  if (source.length > MAX_EXPRESSION_CHARACTERS) {
    c.report.add(
      'expression-too-complex',
      whole,
      `the expression has more than ${MAX_EXPRESSION_CHARACTERS} characters`,
    );
    return undefined;
  }
  const result = parseAndCheck(c.environments[place], source);
  if ('error' in result) {
    const { start, end } = result.error.range ?? { start: 0, end: source.length };
    reportError(c, place, source, result.error, at(start, Math.max(end, start + 1)));
    return undefined;
  }
  c.expressions.push({ source, range: at });
  return inspect(c, place, result.parsed, at, locale) ? result.type : undefined;
}

type Checked =
  { readonly error: CelError } | { readonly parsed: ReturnType<Environment['parse']>; readonly type: string };

function parseAndCheck(environment: Environment, source: string): Checked {
  try {
    const parsed = parseExpression(environment, source);
    const { type, error } = parsed.check();
    return error ? { error } : { parsed, type: type ?? 'dyn' };
  } catch (error) {
    return { error: error as CelError };
  }
}

function inspect(
  c: Compilation,
  place: Place,
  parsed: ReturnType<Environment['parse']>,
  at: (start: number, end: number) => Range,
  locale: string | undefined,
): boolean {
  const { ast } = parsed;
  const before = c.report.count;
  const seesEvent = place !== 'flow' || c.environments.flow.hasVariable('event');
  const most = seesEvent ? MAX_COMPREHENSION_DEPTH_START : MAX_COMPREHENSION_DEPTH_STEPS;
  if (comprehensionDepth(ast) > most) {
    c.report.add(
      'expression-too-complex',
      at(ast.start, ast.end),
      `more than ${most} of all, exists, filter, map inside one another`,
    );
  }
  checkPatterns(c, ast, at);
  checkPlurals(c, ast, at, locale);
  checkEnums(c, ast, at);
  checkItems(c, ast, at);
  checkConstants(c, c.environments[place], ast, at);
  for (const { pattern, start, end } of timePatterns(ast)) {
    const pieces = parseTimePattern(pattern);
    if (typeof pieces === 'string') c.report.add('time-pattern', at(start, end), pieces);
  }
  return c.report.count === before;
}

function reportError(c: Compilation, place: Place, source: string, error: CelError, range: Range): void {
  const name = range.end > range.start ? (error.range ? source.slice(error.range.start, error.range.end) : '') : '';
  const { code, message, suggestion, expected } = explain(c, place, source, error, name);
  c.report.add(code, range, message, { suggestion, expected });
}
