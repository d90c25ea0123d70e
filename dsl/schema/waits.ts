/** What waits for anything but a reply, and what is understood meanwhile. */
import { MAX_LISTEN_EVENTS } from '../limits.ts';
import { CALL_NEEDS, LATER, onTheWay } from './actions.ts';
import { daysOfWeek } from './local-times.ts';
import { list, map, ref, type Schema } from './schema.ts';

const delay: Schema = map(
  {
    for: ref('duration', 'How long.'),
    until: ref('expression', 'A time. One that has passed delays nothing.'),
    at: {
      type: 'string',
      expected: 'a time of day such as "09:00"',
      description: "Until clocks in the person's zone show this time next: later today, or on the next of `days`.",
    },
    days: daysOfWeek('The days of the week on which `at` counts. Without it, every day.'),
  },
  {
    minProperties: 1,
    dependentRequired: { days: ['at'] },
    instead: { weekday: 'days' },
    expected: '{ for: 2h }, { until: inputs.at - duration("24h") } or { at: "09:00", days: mon-fri }',
    description: 'Waits, without counting against `lifetime`.',
  },
);

/** What an event of the customer's own is told by. */
const awaited: Readonly<Record<string, Schema>> = {
  event: ref('eventType', 'An external event of this type.'),
  key: ref('expression', 'A text of the event that tells whom it concerns, such as `event.data.order`. Sees `event`.'),
  equals: ref(
    'expression',
    'What that text must be, such as `inputs.order`. Evaluated when the wait begins; in `anytime`, when the conversation or snippet begins: there it sees `inputs`, `contact` and `now`.',
  ),
  when: ref('expression', 'Only where this is true. Sees `event` and what steps see.'),
};

const awaitedEvent: Schema = map(
  { ...awaited, ...onTheWay },
  {
    required: ['event', 'key', 'equals'],
    dependentRequired: CALL_NEEDS,
    later: LATER,
    expected: '{ event: com.example.order.shipped, key: event.data.order, equals: inputs.order }',
    description:
      'An event of your own that concerns this conversation. What happens then, until the next wait, sees it as `event`.',
  },
);

const listen: Schema = map(
  {
    any: list(ref('awaitedEvent'), {
      maxItems: MAX_LISTEN_EVENTS,
      description:
        'The first of these that comes is taken. Where no entry says where it goes, all go on to what follows.',
      expected: 'a list of events',
    }),
    all: list(ref('awaitedEvent'), {
      maxItems: MAX_LISTEN_EVENTS,
      description: 'Every one of these, in any order; then it goes on to what follows.',
      expected: 'a list of events',
    }),
  },
  {
    beside: ['within', 'silence'],
    expected: '{ any: […] } or { all: […] }',
    description:
      'Waits for events of your own, without counting against `lifetime`. Needs `within` and `silence` beside it.',
  },
);

const interrupt: Schema = map(
  {
    match: ref('match', 'Words that are understood at any time while the conversation waits.'),
    ...awaited,
    ...onTheWay,
    then: {
      type: 'string',
      enum: ['resume', 'restart'],
      expected: 'resume or restart',
      description:
        '`resume` waits on, where it was interrupted; `restart` begins anew. Or leave for good with `goto` or `end`.',
    },
  },
  {
    minProperties: 1,
    dependentRequired: {
      ...CALL_NEEDS,
      event: ['key', 'equals'],
      key: ['event'],
      equals: ['event'],
      when: ['event'],
    },
    later: LATER,
    expected: '{ match: directions, say: …, then: resume } or { event: …, key: …, equals: …, then: resume }',
  },
);

const anytime: Schema = list(ref('interrupt'), {
  description: 'What is understood whenever it waits, before the replies of the question at hand: words, or events.',
  expected: 'a list such as [{ match: directions, say: …, then: resume }]',
});

export const waitParts: Readonly<Record<string, Schema>> = {
  delay,
  awaitedEvent,
  listen,
  interrupt,
  anytime,
};
