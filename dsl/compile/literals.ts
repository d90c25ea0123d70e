/** What is written out in expressions and must be right as it stands: patterns, and the forms of plurals. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { callsOf } from '../expression/inspect.ts';
import { PATTERN_METHOD } from '../expression/parse.ts';
import type { Range } from '../parse/source-file.ts';
import { patternProblem } from '../text/pattern.ts';
import { PLURAL_CATEGORIES, pluralCategoriesOf } from '../text/plural.ts';
import type { Compilation } from './compilation.ts';

type At = (start: number, end: number) => Range;

export function checkPatterns(c: Compilation, ast: ASTNode, at: At): void {
  for (const { node, given } of callsOf(ast, PATTERN_METHOD)) {
    const [pattern = node] = given;
    const range = at(pattern.start, pattern.end);
    if (pattern.op !== 'value' || typeof pattern.args !== 'string') {
      c.report.add('pattern-invalid', range, 'a pattern must be written out as a text');
      continue;
    }
    const problem = patternProblem(pattern.args);
    if (problem !== undefined) c.report.add('pattern-invalid', range, problem);
  }
}

/** `locale`: of the text around it; an expression that stands elsewhere must have the forms of all locales. */
export function checkPlurals(c: Compilation, ast: ASTNode, at: At, locale: string | undefined): void {
  for (const { node, given } of callsOf(ast, 'plural')) {
    const [, forms = node] = given;
    const range = at(forms.start, forms.end);
    const names =
      forms.op === 'map' ? forms.args.map(([key]) => (key.op === 'value' ? key.args : undefined)) : [undefined];
    if (names.some((name) => typeof name !== 'string')) {
      c.report.add('plural-forms', range, 'the forms of a plural must be written out', { expected: EXAMPLE });
      continue;
    }
    const unknown = names.filter((name) => !PLURAL_CATEGORIES.includes(name as string));
    if (unknown.length > 0) {
      c.report.add(
        'plural-forms',
        range,
        `${unknown.map((name) => `"${String(name)}"`).join(', ')} is no form of a plural`,
        {
          expected: `some of ${PLURAL_CATEGORIES.join(', ')}`,
        },
      );
    }
    for (const one of locale === undefined ? c.locales : [locale]) {
      const missing = pluralCategoriesOf(one).filter((category) => !names.includes(category));
      if (missing.length === 0) continue;
      c.report.add(
        'plural-forms',
        range,
        `in ${one} this plural needs ${missing.map((name) => `"${name}"`).join(', ')} too`,
      );
      break;
    }
  }
}

const EXAMPLE = '{"one": "day", "other": "days"}';
