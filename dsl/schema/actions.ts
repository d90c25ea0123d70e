/** Actions, and what all places where they stand have in common. */
import { map, ref, textOr, type Schema } from './schema.ts';

/** What may happen on the way out of a question or branch, in the order written. */
export const onTheWay: Readonly<Record<string, Schema>> = {
  say: ref('message', 'Sends a message.'),
  set: ref('set'),
  emit: ref('emit'),
  update: ref('update'),
  call: ref('name', 'Runs this snippet, then goes on by its outcome.'),
  with: ref('with'),
  outcomes: ref('outcomes'),
  goto: ref('target', 'Goes on at that step.'),
  end: ref('name', 'Ends the conversation with this outcome; in a snippet, the call.'),
};

export const CALL_NEEDS: Readonly<Record<string, readonly string[]>> = {
  call: ['outcomes'],
  with: ['call'],
  outcomes: ['call'],
};

/** Steps that a later version may allow wherever actions stand. */
export const LATER: readonly string[] = ['ask', 'delay', 'listen', 'branch', 'fetch', 'handoff', 'split', 'repeat'];

const withInputs: Schema = {
  type: 'object',
  propertyNames: ref('variableName'),
  additionalProperties: true,
  expected: 'inputs of the snippet with their values',
  description: "The values of the snippet's inputs. A value that is exactly one `${…}` keeps its type.",
};

const outcomes: Schema = {
  type: 'object',
  minProperties: 1,
  propertyNames: ref('name'),
  additionalProperties: ref('way'),
  expected: 'outcomes with what happens then, such as { rebooked: { end: rebooked } }',
  description:
    'What happens on each outcome of the snippet; `otherwise` stands for those not named. Sees what it `returns` as `result`.',
};

const set: Schema = {
  type: 'object',
  minProperties: 1,
  propertyNames: ref('variableName'),
  additionalProperties: true,
  expected: 'variables with their new values',
  description: 'Gives variables new values. All values are computed before the first is kept.',
};

const emit: Schema = map(
  {
    type: ref('eventType', 'Its type, one of your own.'),
    data: {
      type: 'object',
      additionalProperties: true,
      description: 'Its data. A value that is exactly one `${…}` keeps its type.',
      expected: 'a map',
    },
  },
  {
    required: ['type'],
    expected: '{ type: com.example.order.placed, data: { … } }',
    description: 'States an event of your own on the channel `external`.',
  },
);

const update: Schema = {
  type: 'object',
  minProperties: 1,
  propertyNames: ref('variableName'),
  additionalProperties: true,
  expected: 'a map such as { locale: es, segment: gold }',
  description:
    'Changes what is known of the person, for all conversations: `locale`, `zone`, and attributes that the project declares. Later texts of this conversation are in the new language, and later times in the new zone.',
};

const way: Schema = textOr(
  { type: 'string', const: 'next', expected: 'next, or a map with goto, end or call' },
  map(onTheWay, { minProperties: 1, dependentRequired: CALL_NEEDS, later: LATER }),
  {
    expected: 'next, or a map with goto, end or call',
    description: 'What happens in a case, reply or outcome: actions in the order written, then where it leads.',
  },
);

export const actionParts: Readonly<Record<string, Schema>> = {
  with: withInputs,
  outcomes,
  set,
  emit,
  update,
  way,
};
