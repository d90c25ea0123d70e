/** What replies to a question do, and what silence does. */
import { CALL_NEEDS, LATER, onTheWay } from './actions.ts';
import { map, ref, textOr, type Schema } from './schema.ts';

const replyEntry: Schema = map(
  {
    match: ref('match'),
    label: ref('text', 'Offers this reply as a choice to tap, with this label.'),
    value: { description: 'What `into` keeps; without it the first word.' },
    otherwise: ref('otherwise'),
    ...onTheWay,
  },
  {
    dependentRequired: CALL_NEEDS,
    later: [...LATER, 'pattern', 'number', 'date', 'time', 'phone', 'email', 'when'],
  },
);

const otherwise: Schema = textOr(
  { type: 'string', const: 'next', expected: 'next, or a map with say, again and exhausted' },
  map(
    {
      ...onTheWay,
      again: {
        type: 'integer',
        minimum: 1,
        maximum: 10,
        expected: 'a number from 1 to 10',
        description: 'How often to wait for another reply. Where nothing is said, the question is repeated.',
      },
      exhausted: ref('way', 'What happens after the last of these.'),
    },
    {
      minProperties: 1,
      dependentRequired: { ...CALL_NEEDS, again: ['exhausted'], exhausted: ['again'] },
      later: LATER,
    },
  ),
  {
    expected: 'next, or a map with say, again and exhausted',
    description:
      'Any reply that no other entry takes. Stands last. Where it says nothing and names no exit, it goes on to what follows.',
  },
);

const silenceEntry: Schema = map(
  { ...onTheWay, within: ref('duration', 'Waits for a reply again, this long.') },
  { minProperties: 1, dependentRequired: CALL_NEEDS, later: LATER, instead: { remind: 'say' } },
);

export const questionParts: Readonly<Record<string, Schema>> = {
  reply: replyEntry,
  otherwise,
  silence: silenceEntry,
};
