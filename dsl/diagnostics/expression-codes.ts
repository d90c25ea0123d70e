/** What is found in expressions and texts: see dsl/compile. */
import type { Explanation } from './yaml-codes.ts';

export type ExpressionCode =
  | 'expression-syntax'
  | 'expression-unknown'
  | 'expression-type'
  | 'expression-too-complex'
  | 'budget-exceeded'
  | 'text-unknown'
  | 'text-unclosed'
  | 'text-too-long'
  | 'text-empty'
  | 'text-unshowable'
  | 'pattern-invalid'
  | 'plural-forms'
  | 'value-unset'
  | 'time-pattern';

export const EXPRESSION_DIAGNOSTICS: Readonly<Record<ExpressionCode, Explanation>> = {
  'expression-syntax': { cause: 'The expression is no valid CEL.', fix: 'Look at the caret.' },
  'expression-unknown': {
    cause: 'The expression names something that does not exist there.',
    fix: 'Check the spelling; declare variables in `vars`, inputs in `inputs`.',
  },
  'expression-type': {
    cause: 'The types in the expression do not fit together, or its result does not fit its place.',
    fix: 'Convert: `double(vars.n)`, `string(vars.n)`, `timestamp(…)`.',
  },
  'expression-too-complex': {
    cause: 'The expression is beyond the limits of length, depth or nested comprehensions.',
    fix: 'Split it with `set` and `branch`.',
  },
  'budget-exceeded': {
    cause: 'The dearest way through the conversation takes more SMS segments than `budget` allows.',
    fix: 'Shorten texts; avoid characters outside GSM-7, which more than halve a segment: `parlance validate --cost` names them.',
  },
  'text-unknown': {
    cause: 'A message uses a text that is not among `texts`.',
    fix: 'Check the spelling, or write the text.',
  },
  'text-unclosed': { cause: '`${` has no matching `}`.', fix: 'Close it; for a literal `${` write `$${`.' },
  'text-too-long': {
    cause:
      'The text is longer than a message may be, 4,096 characters, before anything is filled in: it would always fail.',
    fix: 'Shorten it, or say it in several messages.',
  },
  'text-empty': { cause: 'A message must say something.', fix: 'Write a text.' },
  'text-unshowable': {
    cause: 'A text can not show a value of this type in one obvious way.',
    fix: "Times: `${inputs.at.format('d MMMM HH:mm')}`; lists: `${vars.names.join(', ')}`.",
  },
  'pattern-invalid': {
    cause:
      'The regular expression is none of RE2, or is not written out. RE2 knows neither look-around nor back references: in return, no text can take it long.',
    fix: 'Look at the caret; describe what fits instead of what does not.',
  },
  'plural-forms': {
    cause: 'A plural lacks a form that the language of the text has, or names one that no language has.',
    fix: 'English: `${plural(vars.n, {"one": "day", "other": "days"})}`; Polish also needs `few` and `many`.',
  },
  'value-unset': {
    cause: 'On the way that is named, nothing has given the value that the expression reads: it would fail.',
    fix: 'Give it a `default`, set it on that way, or test it: `has(inputs.x) ? inputs.x : "…"`.',
  },
  'time-pattern': { cause: 'A time pattern has letters that stand for nothing.', fix: "Put literal letters in '…'." },
};
