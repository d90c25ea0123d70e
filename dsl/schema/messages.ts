/** What is said: a text, and what goes with it. */
import { list, map, ref, textOr, type Schema } from './schema.ts';

const media: Schema = list(
  map(
    {
      url: {
        type: 'string',
        pattern: '^(https?://|\\$\\{)',
        expected: 'an address that begins with https://',
        description: 'Its address. What `${…}` fills into a part of it is encoded for addresses.',
      },
      alt: ref('text', 'What it shows, for those who do not see it.'),
    },
    { required: ['url'], expected: '{ url: "https://…", alt: … }' },
  ),
  {
    maxItems: 10,
    expected: 'a list such as [{ url: "https://…", alt: … }]',
    description:
      'Pictures, sounds or files that go with the text. A connector that carries none writes their addresses.',
  },
);

const template: Schema = map(
  {
    name: {
      type: 'string',
      minLength: 1,
      maxLength: 200,
      expected: "the provider's name of the template",
      description: "The provider's name of the template.",
    },
    with: {
      type: 'object',
      propertyNames: { type: 'string', pattern: '^[A-Za-z0-9_.-]{1,64}$', expected: 'the name of a placeholder' },
      additionalProperties: true,
      expected: 'placeholders with their values',
      description: 'Values for its placeholders. A value that is exactly one `${…}` keeps its type.',
    },
  },
  {
    required: ['name'],
    expected: '{ name: reminder, with: { … } }',
    description: 'A text that the provider knows and has approved; `text` says the same for all other connectors.',
  },
);

const textOnly = (connector: string): Schema =>
  map(
    { text: ref('text') },
    { required: ['text'], expected: '{ text: … }', description: `What it says on ${connector}.` },
  );

const email: Schema = map(
  {
    subject: ref('text', 'The subject. Without it, the name of the company.'),
    text: ref('text', 'What a mail says in place of `text`.'),
    html: ref('text', 'The same as HTML; what `${…}` fills in is escaped. Without it, it is made from the text.'),
  },
  { minProperties: 1, expected: '{ subject: …, text: …, html: … }', description: 'What a mail has of its own.' },
);

const message: Schema = textOr(
  ref('text'),
  map(
    {
      text: ref('text'),
      use: ref('name', 'What this entry of `texts` says. Keys beside it take the place of its own.'),
      media,
      template,
      sms: textOnly('SMS'),
      email,
      webchat: textOnly('web chat'),
    },
    { minProperties: 1 },
  ),
  { expected: 'a text, or { text: … }', description: 'A text; or, with more detail, `text:` or `use:`.' },
);

const texts: Schema = {
  type: 'object',
  propertyNames: ref('name'),
  additionalProperties: ref('message'),
  expected: 'names with messages, such as { greeting: { text: … } }',
  description: 'Messages by name, for use in several places: `say: { use: NAME }`.',
};

export const messageParts: Readonly<Record<string, Schema>> = { message, texts };
