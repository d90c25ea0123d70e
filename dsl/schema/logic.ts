/** Where a conversation divides or comes round again. */
import { MAX_VISITS_PER_NODE } from '../limits.ts';
import { CALL_NEEDS, LATER, onTheWay } from './actions.ts';
import { map, ref, type Schema } from './schema.ts';

const branchEntry: Schema = map(
  {
    when: ref('expression', 'Taken where this is true and no case before it was.'),
    otherwise: ref('way', 'Taken where no case was. Stands last. Where it names no exit, it goes on to what follows.'),
    ...onTheWay,
  },
  { dependentRequired: CALL_NEEDS, later: LATER },
);

const share: Schema = map(
  {
    share: {
      type: 'integer',
      minimum: 1,
      maximum: 100,
      expected: 'a number of percent from 1 to 100',
      description: 'How many of a hundred people go this way. All shares make 100.',
    },
    ...onTheWay,
  },
  {
    required: ['share'],
    dependentRequired: CALL_NEEDS,
    later: LATER,
    expected: '{ share: 50, goto: STEP }',
    description:
      'Divides people at random into parts, the same person always into the same part of the same step, whatever the version.',
  },
);

const repeat: Schema = map(
  {
    most: {
      type: 'integer',
      minimum: 1,
      maximum: MAX_VISITS_PER_NODE,
      expected: `a number from 1 to ${MAX_VISITS_PER_NODE.toString()}`,
      description: 'How often at most.',
    },
    while: ref('expression', 'Before each round: goes on to what follows unless this is true.'),
    steps: ref('steps'),
    exhausted: ref('way', 'What happens where `most` rounds have passed.'),
  },
  {
    required: ['most', 'steps', 'exhausted'],
    instead: { times: 'most', count: 'most' },
    expected: '{ most: 3, while: …, steps: […], exhausted: next }',
    description: 'Runs its steps again and again. A `goto` to a step outside leaves it.',
  },
);

export const logicParts: Readonly<Record<string, Schema>> = {
  branch: branchEntry,
  share,
  repeat,
};
