/** What CEL says of an expression, in the author's terms. */
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import { nearest } from '../diagnostics/did-you-mean.ts';
import type { Place } from '../expression/environment.ts';
import type { Range } from '../parse/source-file.ts';
import type { Compilation } from './compilation.ts';
import { membersAt } from './members.ts';
import { functionMismatch, inWords, noFields, operatorMismatch } from './type-problems.ts';

export interface CelError {
  readonly code: string;
  readonly summary: string;
  readonly name: string;
  readonly range?: Range;
}

interface Explained {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly suggestion?: string | undefined;
  readonly expected?: string | undefined;
}

const ROOTS: Readonly<Record<Place, readonly string[]>> = {
  route: ['event'],
  start: ['event', 'contact', 'now'],
  begin: ['inputs', 'contact', 'now'],
  flow: ['inputs', 'vars', 'data', 'contact', 'reply', 'opening', 'conversation', 'now'],
  response: ['response', 'now'],
};

export function explain(c: Compilation, place: Place, source: string, error: CelError, name: string): Explained {
  if (error.code === 'unknown_variable') return unknownVariable(c, place, name);
  if (error.code === 'no_such_key') {
    const path =
      /((?:\w+\.)+)$/
        .exec(source.slice(0, error.range?.start ?? 0))?.[1]
        ?.split('.')
        .slice(0, -1) ?? [];
    const receiver = path.at(-1) ?? '';
    const fields = membersAt(c, path);
    const hints =
      fields.length === 0 ? {} : { expected: `one of ${fields.join(', ')}`, suggestion: nearest(name, fields) };
    return {
      code: 'expression-unknown',
      message: `${receiver === '' ? 'it' : `"${receiver}"`} has no "${name}"`,
      ...hints,
    };
  }
  if (error.name === 'ParseError') {
    const isLimit = /limit|exceed|depth/i.test(`${error.code} ${error.summary}`);
    return {
      code: isLimit ? 'expression-too-complex' : 'expression-syntax',
      message: inWords(error.summary),
      suggestion: syntaxHint(source),
    };
  }
  return {
    code: 'expression-type',
    ...(operatorMismatch(error.summary) ??
      functionMismatch(c.environments[place], error.summary) ??
      noFields(error.summary, name) ?? { message: inWords(error.summary) }),
  };
}

function unknownVariable(c: Compilation, place: Place, name: string): Explained {
  if (name === 'secrets') {
    return { code: 'secret-misplaced', message: 'a secret can stand only in the address or a header of a data source' };
  }
  // `data` is none where there is no data source.
  const roots = ROOTS[place].filter((root) => root !== name);
  const message = `there is no "${name}" here`;
  const expected = `one of ${roots.join(', ')}`;
  if (name === 'event')
    return {
      code: 'expression-unknown',
      message: '"event" is known only in "start" and in what an event leads to: keep what is needed of it there',
      expected,
    };
  const owner =
    place === 'flow'
      ? Object.hasOwn(c.inputs, name)
        ? 'inputs'
        : Object.hasOwn(c.vars, name)
          ? 'vars'
          : undefined
      : undefined;
  const suggestion = owner === undefined ? nearest(name, roots) : `${owner}.${name}`;
  return { code: 'expression-unknown', message, expected, suggestion };
}

function syntaxHint(source: string): string | undefined {
  if (/^\$\{.*\}$/s.test(source)) return `${source.slice(2, -1)} (no \${…} here: the whole value is an expression)`;
  if (/[^=!<>]=[^=]/.test(source)) return '== to compare';
  if (/\b(?:and|or|not)\b/.test(source)) return '&&, || and ! for and, or, not';
  return undefined;
}
