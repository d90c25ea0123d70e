/** How the reply to an `ask` is read: as the variable's type, within `check`, with typos or not. */
import { nearest } from '../diagnostics/did-you-mean.ts';
import type { AskNode } from '../machine/nodes.ts';
import type { ValueType } from '../machine/value-types.ts';
import type { SourceStep } from '../schema/source.ts';
import { knowsYesAndNo } from '../text/yes-no.ts';
import { withLocals, type Compilation } from './compilation.ts';
import { checkBare } from './expressions.ts';
import { describe } from './values.ts';
import { reportPlatformWordsReadAs } from './words.ts';

const TEXT: ValueType = { type: 'text' };

export function compileReading(c: Compilation, step: SourceStep): Pick<AskNode, 'check' | 'typos' | 'from'> {
  const { check, typos = false, from, into, replies = [] } = step;
  const hasWords = replies.some(({ match }) => match !== undefined);
  const type = typeOf(c, step);
  if (type && into !== undefined) checkType(c, step, type, hasWords);
  if (check !== undefined) checkCheck(c, step, type ?? TEXT, hasWords);
  if (typos && !hasWords) {
    c.report.add('missing-key', c.tree.keyRange(step, 'typos'), '"typos" needs words: there are none in "replies"', {
      expected: 'replies with match',
    });
  }
  return {
    ...(check === undefined ? {} : { check }),
    ...(typos ? { typos } : {}),
    ...(from === 'delivered' ? { from } : {}),
  };
}

/** Undefined where the variable was reported. */
function typeOf(c: Compilation, step: SourceStep): ValueType | undefined {
  const { into } = step;
  if (into === undefined) return TEXT;
  const type = c.vars[into];
  if (!type) {
    c.report.add('variable-unknown', c.tree.valueRange(step, 'into'), `"${into}" is not among the vars`, {
      suggestion: nearest(into, Object.keys(c.vars)),
    });
  }
  return type;
}

function checkType(c: Compilation, step: SourceStep, type: ValueType, hasWords: boolean): void {
  if (hasWords) return;
  const range = c.tree.valueRange(step, 'into');
  if (type.type === 'list' || type.type === 'object') {
    c.report.add('value-mismatch', range, `a reply can not be read as ${describe(type)}`, {
      expected: 'a variable of another type, or replies with match and value',
    });
    return;
  }
  reportPlatformWordsReadAs(c, range, type);
  const unknown = type.type === 'boolean' ? c.locales.filter((locale) => !knowsYesAndNo(locale)) : [];
  if (unknown.length > 0) {
    c.report.add('value-mismatch', range, `yes and no are not known in ${unknown.join(', ')}`, {
      expected: 'replies with match and value',
    });
  }
  if (isFree(type)) return;
  requireOtherwise(c, step, 'into', `the reply is not ${describe(type)}`);
}

/** Whether any reply at all has this type. */
function isFree(type: ValueType): boolean {
  if (type.type !== 'text') return false;
  const { enum: choices, pattern, minLength = 0, maxLength } = type;
  return !choices && pattern === undefined && minLength <= 1 && maxLength === undefined;
}

function checkCheck(c: Compilation, step: SourceStep, type: ValueType, hasWords: boolean): void {
  if (hasWords) {
    c.report.add(
      'keys-exclusive',
      c.tree.keyRange(step, 'check'),
      '"check" can not stand beside words in "replies": they are taken as they are',
    );
  }
  const reply: ValueType = { type: 'object', fields: { text: TEXT, at: { type: 'time' }, value: type } };
  checkBare(withLocals(c, { reply }), 'flow', step, 'check', { types: ['bool'], called: 'true or false' });
  requireOtherwise(c, step, 'check', '"check" does not hold');
}

function requireOtherwise(c: Compilation, step: SourceStep, key: 'into' | 'check', when: string): void {
  if (step.replies?.some(({ otherwise }) => otherwise !== undefined)) return;
  c.report.add('otherwise-missing', c.tree.keyRange(step, key), `nothing says what happens where ${when}`, {
    expected: 'replies with an otherwise',
  });
}
