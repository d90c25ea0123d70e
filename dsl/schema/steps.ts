/** Steps and what stands inside them. */
import { MAX_LISTEN_EVENTS, MAX_STEPS, MAX_VISITS_PER_NODE } from '../limits.ts';
import { daysOfWeek } from './local-times.ts';
import { list, map, ref, textOr, type Schema } from './schema.ts';

/** What may happen on the way out of a question or branch, in the order written. */
const onTheWay: Readonly<Record<string, Schema>> = {
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

const CALL_NEEDS = { call: ['outcomes'], with: ['call'], outcomes: ['call'] };

/** Steps that a later version may allow wherever actions stand. */
const LATER = ['ask', 'delay', 'listen', 'branch', 'fetch', 'handoff', 'split', 'repeat'];

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
  { required: ['type'], description: 'States an event of your own on the channel `external`.' },
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
    later: ['weekday'],
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
    expected: '{ most: 3, while: …, steps: […], exhausted: next }',
    description: 'Runs its steps again and again. A `goto` to a step outside leaves it.',
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
  { minProperties: 1, dependentRequired: CALL_NEEDS, later: LATER },
);

const way: Schema = textOr(
  { type: 'string', const: 'next', expected: 'next, or a map with goto, end or call' },
  map(onTheWay, { minProperties: 1, dependentRequired: CALL_NEEDS, later: LATER }),
  {
    expected: 'next, or a map with goto, end or call',
    description: 'What happens in a case, reply or outcome: actions in the order written, then where it leads.',
  },
);

const step: Schema = map(
  {
    step: ref('name', 'Its name: needed only where something jumps to it.'),
    say: ref('message', 'Sends a message.'),
    ask: ref('message', 'Sends a question and waits for the reply. Needs `within` and `silence`.'),
    into: ref('variableName', 'The variable that keeps the reply, read as its type.'),
    check: ref(
      'expression',
      'Takes a reply that was read only where this is true, such as `reply.value > now`. Sees it as `reply.value`; words of `replies` are not checked.',
    ),
    typos: {
      type: 'boolean',
      expected: 'true or false',
      description:
        'Also takes words of five letters and more with one letter wrong, where only one entry can be meant. Without it, false.',
    },
    from: {
      type: 'string',
      enum: ['sent', 'delivered'],
      expected: 'sent or delivered',
      description:
        'When the clock of `within` starts: when the question was sent, or when it reached the person, where the connector tells. Without it, `sent`.',
    },
    replies: list(ref('reply'), {
      description:
        'What each reply does. Without it any reply goes on to what follows. Where no entry says where it goes, all do.',
      expected: 'a list of replies',
    }),
    within: ref(
      'duration',
      'How long to wait for the reply, from when the question was sent; with `listen`, for the events; with `handoff`, for somebody to take it.',
    ),
    silence: list(ref('silence'), {
      description:
        'What each time-out in turn does; the last leaves the question. With `listen` one entry: what happens where the events do not come in time.',
      expected: 'a list such as [{ end: no-answer }]',
    }),
    delay: ref('delay'),
    listen: ref('listen'),
    branch: list(ref('branch'), {
      description: 'Goes the way of the first case that holds.',
      expected: 'a list of cases',
    }),
    fetch: ref('variableName', 'Asks this data source, and waits for the answer.'),
    failed: ref('way', 'What happens where the data source does not answer usably. Sees why as `failure`.'),
    handoff: ref('name', 'Gives the person to this queue of people of ours, and waits until they give them back.'),
    returned: ref('way', 'What happens once they were taken care of.'),
    nobody: ref('way', 'What happens where nobody could take care of them, or nobody did `within` that time.'),
    split: list(ref('share'), { description: 'Divides people into parts.', expected: 'a list of shares' }),
    repeat: ref('repeat'),
    set: ref('set'),
    emit: ref('emit'),
    update: ref('update'),
    call: ref('name', 'Runs this snippet, then goes on by its outcome.'),
    with: ref('with'),
    outcomes: ref('outcomes'),
    goto: ref('target', 'Goes on at that step.'),
    end: ref('name', 'Ends the conversation with this outcome. After the last step the outcome is `completed`.'),
  },
  {
    minProperties: 1,
    dependentRequired: {
      ask: ['within', 'silence'],
      listen: ['within', 'silence'],
      replies: ['ask'],
      into: ['ask'],
      check: ['ask'],
      typos: ['ask'],
      from: ['ask'],
      outcomes: ['call'],
      call: ['outcomes'],
      fetch: ['failed'],
      failed: ['fetch'],
      handoff: ['returned', 'nobody'],
      returned: ['handoff'],
      nobody: ['handoff'],
    },
    expected: 'a step',
    later: ['if', 'while', 'for', 'choices', 'validate', 'remind'],
    description: 'One or several actions, which happen in the order written.',
  },
);

const anytime: Schema = list(ref('interrupt'), {
  description: 'What is understood whenever it waits, before the replies of the question at hand: words, or events.',
  expected: 'a list such as [{ match: directions, say: …, then: resume }]',
});

const lastWords: Schema = map(
  { say: ref('message', 'Sends a message.'), set: ref('set'), emit: ref('emit'), update: ref('update') },
  { minProperties: 1, expected: 'a map with say, set, emit or update' },
);

const recovery: Schema = map(
  { ...onTheWay },
  { minProperties: 1, dependentRequired: CALL_NEEDS, later: LATER, expected: 'a map with say, set, emit, goto or end' },
);

const snippet: Schema = map(
  {
    inputs: ref('declarations', 'What a call gives it: name and type.'),
    vars: ref('declarations', 'What it keeps while it runs: name and type.'),
    returns: list(ref('variableName'), {
      uniqueItems: true,
      description: 'Which of its vars the caller sees as `result`.',
      expected: 'a list of names of its vars',
    }),
    steps: ref('steps'),
    anytime: ref('anytime'),
  },
  { required: ['steps'], expected: 'a map with steps' },
);

const steps: Schema = list(ref('step'), {
  maxItems: MAX_STEPS,
  expected: 'a list of steps',
  description: 'Run in order.',
});

export const stepParts: Readonly<Record<string, Schema>> = {
  step,
  steps,
  snippet,
  with: withInputs,
  outcomes,
  share,
  repeat,
  interrupt,
  anytime,
  lastWords,
  recovery,
  set,
  emit,
  update,
  delay,
  listen,
  awaitedEvent,
  branch: branchEntry,
  reply: replyEntry,
  otherwise,
  silence: silenceEntry,
  way,
};
