/** The JSON Schema of a scenario file; also what editors complete from and what its reference is generated from. */
import { list, map, ref, textOr, type Schema } from '../schema/schema.ts';

const text = (description?: string, expected = 'a text'): Schema => ({
  type: 'string',
  expected,
  ...(description === undefined ? {} : { description }),
});

const data: Schema = {
  type: 'object',
  additionalProperties: true,
  expected: 'a map',
  description: 'Fields that must be there with these values; others may be there too. A text `/…/` is a pattern.',
};

const contactName = text('Who: a name among `others`. Without it, the `contact`.', 'a name among others');

const instant = (description: string): Schema => text(description, 'a time such as 2026-03-06T09:00:00-05:00');

const failure: Schema = textOr(
  text(undefined, 'a code such as data-timed-out'),
  map(
    {
      code: text('Such as `data-timed-out`.'),
      status: { type: 'integer', description: 'The HTTP status.' },
      reason: text(),
      permanent: { type: 'boolean', description: 'True where asking again can not help.' },
    },
    { required: ['code'] },
  ),
  { expected: 'a code such as data-timed-out, or { code, status, reason }' },
);

const answers: Readonly<Record<string, Schema>> = {
  data: {
    type: 'object',
    additionalProperties: true,
    expected: 'data sources with their answers',
    description: 'What data sources answer, by name: the body of the answer, as the source gives it.',
  },
  failing: {
    type: 'object',
    additionalProperties: ref('failure'),
    expected: 'data sources with a code such as data-timed-out',
    description: 'Data sources that fail, by name, each with a code.',
  },
  slow: {
    type: 'object',
    additionalProperties: ref('duration'),
    expected: 'data sources with a duration',
    description: 'How long data sources take, by name. Others answer at once.',
  },
};

const contact: Schema = map(
  {
    phone: text('Such as `"+12125550123"`.', 'a phone number in quotes'),
    email: text(),
    webchat: text('The id of a web chat.'),
    locale: text('BCP 47, such as `en`.'),
    zone: text('IANA, such as `America/New_York`.'),
    attributes: { type: 'object', additionalProperties: true, description: 'What is kept about them.' },
  },
  { minProperties: 1, expected: 'a map with phone, email or webchat' },
);

const given: Schema = map({
  now: instant('When it begins. Without it, Monday 2026-03-02T09:00:00Z.'),
  contact: ref('contact', 'The person. Without it, somebody in the web chat.'),
  others: {
    type: 'object',
    additionalProperties: ref('contact'),
    expected: 'names with { phone: … }',
    description: 'Further people, by a name for these scenarios.',
  },
  ...answers,
  receipts: {
    type: 'string',
    enum: ['at-once', 'by-hand'],
    expected: 'at-once or by-hand',
    description: '`at-once`: a message is sent as soon as it is requested. `by-hand`: `receive` says so.',
  },
});

const actions: Readonly<Record<string, Schema>> = {
  event: map(
    { type: text('Its type.'), data: { description: 'Its data.' }, id: text('To send the same event twice.') },
    { required: ['type'], description: "An event of the customer's arrives.", expected: '{ type: …, data: … }' },
  ),
  reply: textOr(
    text(),
    map(
      {
        text: text(),
        contact: contactName,
        from: text(
          'A connector or an address. Without it, where the newest message went.',
          'a connector or an address',
        ),
      },
      { required: ['text'] },
    ),
    { description: 'The person writes.', expected: 'a text, or { text: …, from: … }' },
  ),
  receive: map(
    {
      type: text('Such as `message.delivered` or `message.failed`.'),
      data: { type: 'object', additionalProperties: true, description: 'The message is the newest one, unless named.' },
      contact: contactName,
    },
    { required: ['type'], description: 'A provider reports.', expected: '{ type: message.failed, data: … }' },
  ),
  advance: ref('duration', 'Time passes.'),
  broadcast: map(
    {
      inputs: { type: 'object', additionalProperties: true, description: 'Their inputs.' },
      contact: contactName,
      definition: text('Without it, the definition that the file is about.'),
    },
    { description: 'A broadcast reaches the person.', expected: '{ inputs: … }' },
  ),
  schedule: map(
    {
      list: text('Without it, that of the first schedule.'),
      at: text('The time of day, where several schedules have the list.', 'a time of day such as "09:00"'),
      inputs: { type: 'object', additionalProperties: true, description: 'Their inputs, as the list gives them.' },
      contact: contactName,
      definition: text('Without it, the definition that the file is about.'),
    },
    { description: 'A schedule comes due, and the person is in its list.', expected: '{ inputs: … }' },
  ),
  agent: map(
    {
      taken: { type: 'boolean', description: 'Takes the conversation over.', expected: 'true' },
      reply: text('Writes to the person.'),
      returned: text('Gives the conversation back with this outcome.', 'returned or nobody'),
      name: text('Who.'),
    },
    {
      minProperties: 1,
      description: 'A person on our side acts on a hand-off.',
      expected: '{ reply: … } or { returned: … }',
    },
  ),
  ...answers,
};

const expectations: Readonly<Record<string, Schema>> = {
  says: textOr(
    text(),
    map(
      {
        text: text('Exactly, or `/a pattern/`.'),
        choices: list(text(), { description: 'The labels that are offered.' }),
        connector: text('Over which it goes.'),
        contact: contactName,
        at: instant('Exactly when.'),
        data,
      },
      { minProperties: 1 },
    ),
    {
      description: 'The next message to the person: its text exactly, or `/a pattern/`.',
      expected: 'a text, /a pattern/, or { text: …, choices: … }',
    },
  ),
  emits: map(
    { type: text('Its type.'), data },
    { required: ['type'], description: 'An event of the customer is emitted.', expected: '{ type: …, data: … }' },
  ),
  ends: textOr(
    text(),
    map(
      {
        outcome: text('With which it completed.'),
        how: {
          type: 'string',
          enum: ['completed', 'failed', 'expired', 'cancelled'],
          expected: 'completed, failed, expired or cancelled',
        },
        code: text('Of a failure.'),
        definition: text('Which conversation.'),
      },
      { minProperties: 1 },
    ),
    { description: 'A conversation ends, with this outcome.', expected: 'an outcome, or { how: … }' },
  ),
  waits: text('The step at which the conversation waits.', 'the name of a step'),
  vars: {
    type: 'object',
    additionalProperties: true,
    description: 'Variables with these values.',
    expected: 'variables with their values',
  },
  happens: map(
    { type: text('Of any event of the platform.'), data },
    { required: ['type'], description: 'Something happened, on whatever channel.', expected: '{ type: …, data: … }' },
  ),
  'no-message': { type: 'boolean', description: 'Nothing more was said.', expected: 'true' },
};

const ignore: Schema = list(
  { type: 'string', enum: ['messages'], expected: 'messages' },
  { description: 'What may happen without being expected: `messages`.', expected: '[messages]' },
);

const scenario: Schema = map(
  {
    case: text('What it shows.'),
    given: ref('given', 'On top of what is given for the whole file.'),
    ignore,
    with: list(
      { type: 'object', additionalProperties: true, expected: 'names with their values' },
      { description: 'Runs once per row; `${name}` in the steps is the row’s value.', expected: 'a list of rows' },
    ),
    transcript: text('A file beside this one that the whole dialogue must equal; `--update` writes it.', 'a file name'),
    steps: ref('steps'),
  },
  { required: ['case', 'steps'], expected: '{ case: …, steps: [ … ] }' },
);

const step: Schema = map(
  { ...actions, ...expectations },
  { minProperties: 1, maxProperties: 1, expected: 'one action or expectation' },
);

export const scenarioSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Scenarios',
  ...map(
    {
      scenarios: text(
        'The conversation that they are about: a definition in the same folder.',
        'the name of a conversation',
      ),
      about: text(),
      beside: list(text(), {
        description: 'Files of further definitions that are active, relative to this one.',
        expected: 'a list of files',
      }),
      given: ref('given', 'What holds at the beginning of each case.'),
      ignore,
      cases: list(ref('case'), { description: 'Each begins anew.', expected: 'a list of cases' }),
    },
    { required: ['scenarios', 'cases'], expected: 'a map that begins with scenarios: NAME' },
  ),
  $defs: {
    given,
    contact,
    failure,
    duration: text(undefined, 'a duration such as 90m, 12h or 3d'),
    case: scenario,
    step,
    steps: list(ref('step'), {
      expected: 'a list of steps',
      description: 'In order; each is an action or an expectation.',
    }),
  },
};

/** For the reference: the keys of a step that act, and those that expect. */
export const scenarioSteps: { readonly actions: Schema; readonly expectations: Schema } = {
  actions: map(actions),
  expectations: map(expectations),
};
