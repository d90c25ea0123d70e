/** What a definition says about its messages as a whole: when they leave, what they may cost, and the platform's words. */
import { MAX_CAP_MESSAGES } from '../limits.ts';
import { daysOfWeek, timeOfDay } from './local-times.ts';
import { map, ref, type Schema } from './schema.ts';

const otherwise: Schema = {
  type: 'string',
  enum: ['hold', 'skip', 'fail'],
  expected: 'hold, skip or fail',
  description:
    '`hold`: the message waits until it may leave. `skip`: it is left out; a question is then left as by silence. `fail`: the conversation fails.',
};

const sendWindow: Schema = map(
  {
    from: timeOfDay("When it opens, on the contact's clock."),
    to: timeOfDay('When it closes; where that is not later than `from`, on the next day.'),
    days: daysOfWeek('On which it opens. Without it, every day.'),
    otherwise,
  },
  {
    required: ['from', 'to', 'otherwise'],
    expected: '{ from: "09:00", to: "20:00", days: mon-sat, otherwise: hold }',
    description: "When its messages may leave, on the contact's clock; all other times are quiet hours.",
  },
);

const sendCap: Schema = map(
  {
    most: {
      type: 'integer',
      minimum: 1,
      maximum: MAX_CAP_MESSAGES,
      expected: `a number from 1 to ${MAX_CAP_MESSAGES}`,
      description: 'How many messages.',
    },
    per: ref('duration', 'In how long a time, at most 31d.'),
    otherwise,
  },
  {
    required: ['most', 'per', 'otherwise'],
    instead: { messages: 'most', max: 'most' },
    expected: '{ most: 3, per: 1d, otherwise: skip }',
    description:
      'How many messages a person may get that answer nothing: those of all definitions together are counted.',
  },
);

const send: Schema = map(
  {
    window: ref('sendWindow'),
    cap: ref('sendCap'),
    'except-replies': {
      type: 'boolean',
      expected: 'true or false',
      description:
        'Whether an answer to what a person wrote in the last 10 minutes leaves at once and does not count. Without it, `true`.',
    },
  },
  {
    minProperties: 1,
    expected: '{ window: …, cap: … }',
    description: 'When and how often the conversation may write to a person by itself.',
  },
);

const addition = (what: string, then: string, example: string): Schema =>
  map(
    {
      words: ref('match', `Words that ${what}, besides the platform's own; at any time, whatever is open.`),
      text: ref('text', `What is said before the platform's ${then}. It has no expressions.`),
    },
    { minProperties: 1, expected: `{ words: ${example}, text: … }`, description: `Adds to the words that ${what}.` },
  );

const budget: Schema = map(
  {
    segments: {
      type: 'integer',
      minimum: 1,
      maximum: 10_000,
      expected: 'a number of SMS segments',
      description: 'The most segments that any way through the conversation may take, in any locale.',
    },
  },
  {
    required: ['segments'],
    expected: '{ segments: 12 }',
    description: 'What it may cost as SMS: validation fails where the dearest way exceeds it.',
  },
);

export const sendingParts: Readonly<Record<string, Schema>> = {
  send,
  sendWindow,
  sendCap,
  stop: addition('opt out', 'confirmation', '[basta]'),
  help: addition('ask for help', 'answer', '[agent]'),
  budget,
};
