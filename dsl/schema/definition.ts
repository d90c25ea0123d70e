import { MAX_PER_SECOND, MIN_PER_SECOND, USUAL_PER_SECOND } from '../limits.ts';
import { actionParts } from './actions.ts';
import { dataParts } from './data.ts';
import { daysOfWeek, timeOfDay } from './local-times.ts';
import { logicParts } from './logic.ts';
import { parts } from './parts.ts';
import { questionParts } from './questions.ts';
import { list, map, ref, type Schema } from './schema.ts';
import { sendingParts } from './sending.ts';
import { stepParts } from './steps.ts';
import { waitParts } from './waits.ts';

const schedule: Schema = map(
  {
    at: timeOfDay('When, on the clocks of `zone`.'),
    days: daysOfWeek('On which days of the week. Without it, every day.'),
    list: ref('name', 'The contact list: `parlance lists put`. Its columns give the inputs.'),
    zone: {
      type: 'string',
      expected: 'a time zone such as Europe/Berlin',
      description: "An IANA time zone. Without it, the definition's.",
    },
    'per-second': {
      type: 'number',
      minimum: MIN_PER_SECOND,
      maximum: MAX_PER_SECOND,
      expected: `a number from ${MIN_PER_SECOND} to ${MAX_PER_SECOND}`,
      description: `How many people it starts in a second, at most. Without it, \`${USUAL_PER_SECOND}\`.`,
    },
  },
  {
    required: ['at', 'list'],
    expected: '{ at: "09:00", days: mon-fri, list: members }',
    description: 'Starts for everybody in a contact list, each time that clocks show this time.',
  },
);

const start: Schema = map(
  {
    match: ref('match', 'Starts when a person writes one of these words and nothing else.'),
    typos: {
      type: 'boolean',
      expected: 'true or false',
      description:
        'Also takes words of five letters and more with one letter wrong, where nothing else can be meant. Without it, false.',
    },
    any: {
      type: 'boolean',
      expected: 'true',
      description: 'Starts by any message that nothing else takes: the fallback.',
    },
    broadcast: {
      type: 'boolean',
      expected: 'true',
      description:
        'Starts for everybody in the list of a broadcast: `parlance broadcasts send`. The columns of the list give the inputs.',
    },
    schedule: ref('schedule'),
    event: ref('eventType', 'Starts by an external event of this type.'),
    when: ref('expression', 'Only where this is true. Sees `event`.'),
    contact: ref('expression', 'The address of the person, such as `event.data.phone`. Sees `event`.'),
    inputs: {
      type: 'object',
      propertyNames: ref('variableName'),
      additionalProperties: true,
      description: 'The values of the inputs. Sees `event`, `contact`, `now`.',
      expected: 'inputs with their values',
    },
    again: {
      type: 'string',
      enum: ['ignore', 'restart', 'parallel'],
      expected: 'ignore, restart or parallel',
      description:
        'What happens where it is open with the person already: nothing, a new one in its place, or one more. Without it, `parallel` for events and `ignore` for all else.',
    },
    key: ref(
      'expression',
      'A text that tells its conversations apart, such as `event.data.order`: only one with the same key counts as open already.',
    ),
  },
  {
    minProperties: 1,
    dependentRequired: { typos: ['match'], event: ['contact'], when: ['event'], contact: ['event'], inputs: ['event'] },
    instead: { keyword: 'match', keywords: 'match', message: 'any' },
    expected: '{ match: … }, { any: true }, { broadcast: true }, { schedule: … } or { event: …, contact: … }',
  },
);

const declarations: Schema = {
  type: 'object',
  propertyNames: ref('variableName'),
  additionalProperties: ref('type'),
  expected: 'names with their types',
};

const events: Schema = {
  type: 'object',
  propertyNames: ref('eventType'),
  additionalProperties: ref('declarations'),
  description:
    'What your own events hold: each type with the fields of its data. `event.data` then has these types wherever such an event starts something or is waited for.',
  expected: 'types with { NAME: TYPE, … }',
};

const imports: Schema = list(
  { type: 'string', pattern: '^[^/\\\\].*\\.ya?ml$', expected: 'a path from this file, such as ../shared/texts.yaml' },
  {
    uniqueItems: true,
    description:
      'Shared files, whose texts, data sources and snippets can be used here by name. What stands here goes before them.',
    expected: 'a list of paths such as [../shared/texts.yaml]',
  },
);

const snippets: Schema = {
  type: 'object',
  propertyNames: ref('name'),
  additionalProperties: ref('snippet'),
  description: 'Parts that are called by name, each with inputs, variables and outcomes of its own.',
  expected: 'names with { steps: … }',
};

/** The JSON Schema of a definition; also what editors complete from and what the reference is generated from. */
export const definitionSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Conversation',
  ...map(
    {
      conversation: ref('name', "Its name, unique among the tenant's definitions."),
      about: { type: 'string', description: 'What it is for, in a sentence.', expected: 'a text' },
      locales: list(ref('locale'), {
        uniqueItems: true,
        description: 'Its languages; the first is for people whose language is not known. Without it, `[en]`.',
        expected: 'a list of locales such as [en, es]',
      }),
      zone: {
        type: 'string',
        description: 'The IANA time zone of people whose own is not known. Without it, `UTC`.',
        expected: 'a time zone such as America/New_York',
      },
      country: {
        type: 'string',
        pattern: '^[A-Z]{2}$',
        expected: 'a country such as US',
        description:
          'The country (ISO 3166) of people whose own is not known: of phone numbers without `+`, and of the order in dates where the locale has no region.',
      },
      lifetime: ref(
        'duration',
        'How long it may wait for people in all; authored delays do not count. Without it, 3d.',
      ),
      imports: ref('imports'),
      priority: {
        type: 'integer',
        minimum: 0,
        maximum: 9,
        expected: 'a number from 0 to 9',
        description:
          'Of several conversations that wait for a person, the one with the highest is answered first, then the newest. Without it, 5.',
      },
      busy: {
        type: 'string',
        enum: ['start', 'queue', 'skip'],
        expected: 'start, queue or skip',
        description:
          'What a start does where another conversation is open with the person on the connector: start beside it, wait for its end, or nothing. Without it, `start`.',
      },
      start: list(ref('start'), { description: 'What starts it.', expected: 'a list of starts' }),
      inputs: ref('declarations', 'What a start gives it: name and type.'),
      vars: ref('declarations', 'What it keeps: name and type.'),
      returns: list(ref('variableName'), {
        uniqueItems: true,
        description: 'Which of its vars another conversation that calls it sees as `result`.',
        expected: 'a list of names of its vars',
      }),
      steps: ref('steps'),
      data: ref('data'),
      anytime: ref('anytime'),
      failed: ref(
        'recovery',
        'What happens where it fails, such as by an expression without a value. Without `goto` or `end` it ends as failed all the same.',
      ),
      expired: ref('lastWords', 'What happens when its lifetime is used up, before it ends.'),
      send: ref('send'),
      stop: ref('stop'),
      help: ref('help'),
      budget: ref('budget'),
      texts: ref('texts'),
      snippets,
    },
    {
      required: ['conversation', 'start', 'steps'],
      expected: 'a map that begins with conversation: NAME',
    },
  ),
  $defs: {
    ...parts,
    ...stepParts,
    ...actionParts,
    ...questionParts,
    ...waitParts,
    ...logicParts,
    ...dataParts,
    ...sendingParts,
    start,
    schedule,
    declarations,
    events,
    imports,
  },
};
