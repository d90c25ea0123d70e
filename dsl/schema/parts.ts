/** What several constructs share: names, durations, texts, words, types, exits. */
import { messageParts } from './messages.ts';
import { list, map, ref, textOr, type Schema } from './schema.ts';

/** Of definitions, steps, contact lists … */
export const NAME_PATTERN = '^[a-z][a-z0-9-]{0,62}$';

const name: Schema = {
  type: 'string',
  pattern: NAME_PATTERN,
  expected: 'a name of small letters, digits and "-", beginning with a letter',
};

const variableName: Schema = {
  type: 'string',
  pattern: '^[a-z][A-Za-z0-9_]{0,62}$',
  expected: 'a name of letters, digits and "_", beginning with a small letter',
};

const locale: Schema = {
  type: 'string',
  pattern: '^[a-z]{2,3}(-[A-Z]{2})?$',
  expected: 'a language such as en, or with a region such as en-GB',
};

const duration: Schema = {
  type: 'string',
  expected: 'a duration such as 90m, 12h or 3d',
  description:
    'A number and a unit: `s`, `m`, `h`, `d`, `w`; several can follow one another: `1d12h`. From 1s to 400d.',
};

const expression: Schema = {
  type: 'string',
  minLength: 1,
  expected: 'a CEL expression',
  description: 'A CEL expression, bare: no `${…}` around it.',
};

const eventType: Schema = {
  type: 'string',
  pattern: '^[A-Za-z][A-Za-z0-9_-]*(\\.[A-Za-z0-9_-]+)+$',
  maxLength: 200,
  expected: 'an event type such as com.example.order.placed',
};

const text: Schema = textOr(
  { type: 'string', expected: 'a text' },
  {
    type: 'object',
    minProperties: 1,
    propertyNames: ref('locale'),
    additionalProperties: { type: 'string', expected: 'a text' },
  },
  {
    expected: 'a text, or one per locale: { en: "…", es: "…" }',
    description: 'A text with `${…}` in it; or one per locale. `$${` is a literal `${`.',
  },
);

const words: Schema = textOr({ type: 'string', expected: 'a word' }, list({ type: 'string', expected: 'a word' }), {
  expected: 'a word, or a list of words',
});

const match: Schema = {
  type: ['string', 'array', 'object'],
  expected: 'words, or words per locale: { en: [yes, sure], es: [sí] }',
  description: 'Words that count as the same. Case, accents and punctuation do not matter.',
  if: { type: 'object' },
  then: { type: 'object', minProperties: 1, propertyNames: ref('locale'), additionalProperties: ref('words') },
  else: ref('words'),
};

const TYPES = ['text', 'integer', 'number', 'boolean', 'time', 'duration', 'date', 'money', 'phone', 'email'];

const bound = (which: string): Schema => ({
  type: ['number', 'string'],
  expected: 'a number, a date, a duration or an amount',
  description: `The ${which} value: a number, or a date, duration or amount as text.`,
});

const lengthOf = (which: string): Schema => ({
  type: 'integer',
  minimum: 0,
  expected: 'a number of characters',
  description: `The ${which} number of characters of a text.`,
});

const valueType: Schema = textOr(
  { type: 'string', enum: TYPES, expected: `one of ${TYPES.join(', ')}` },
  map(
    {
      type: { type: 'string', enum: TYPES, expected: `one of ${TYPES.join(', ')}` },
      enum: list({ type: 'string', expected: 'a text' }, { description: 'A text, one of these.' }),
      currency: {
        type: 'string',
        pattern: '^[A-Z]{3}$',
        expected: 'a currency such as EUR',
        description: 'Of `money`: the ISO 4217 code.',
      },
      pattern: {
        type: 'string',
        expected: 'a regular expression such as [A-Z]{2}[0-9]{6}',
        description: 'A text that is, as a whole, as this regular expression (RE2) says.',
      },
      minLength: lengthOf('least'),
      maxLength: lengthOf('greatest'),
      minimum: bound('least'),
      maximum: bound('greatest'),
      list: ref('type', 'A list whose items have this type.'),
      fields: {
        type: 'object',
        propertyNames: ref('variableName'),
        additionalProperties: ref('type'),
        description: 'An object with these fields.',
        expected: 'names with their types',
      },
      default: { description: 'Its value where none is given.' },
      optional: {
        type: 'boolean',
        description: 'It may have no value; test it with `has(inputs.x)`.',
        expected: 'true or false',
      },
    },
    { minProperties: 1 },
  ),
  {
    expected: 'a type such as text or integer',
    description: 'A type, or a map with `type`, `enum`, `list` or `fields`.',
  },
);

const target: Schema = {
  type: 'string',
  pattern: '^[a-z][a-z0-9-]{0,62}$',
  expected: 'the name of a step, or next',
  description: 'The name of a step, or `next` for the following one.',
};

export const parts: Readonly<Record<string, Schema>> = {
  name,
  variableName,
  locale,
  duration,
  expression,
  eventType,
  text,
  words,
  match,
  ...messageParts,
  type: valueType,
  target,
};
