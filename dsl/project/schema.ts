/** The JSON Schema of project.yaml. */
import { definitionSchema } from '../schema/definition.ts';
import { list, map, ref, type Schema } from '../schema/schema.ts';

const { properties = {}, $defs = {} } = definitionSchema;

/** A key that a definition has too: what is said there goes before what is said here. */
function shared(name: string): Schema {
  return properties[name] ?? {};
}

const CONNECTOR: Schema = map(
  {
    receipts: {
      enum: ['sent', 'delivered'],
      description:
        'How far it tells what became of a message. Web chat tells that it was delivered, e-mail does not, and of SMS the provider knows. With `sent`, a question with `from: delivered` is reported.',
      expected: 'sent or delivered',
    },
    'reply-window': ref(
      'duration',
      "How long after a person's message it takes messages that are no templates. A message that may come later is reported. The shortest of all connectors counts.",
    ),
  },
  { minProperties: 1, expected: '{ receipts: sent } or { reply-window: 24h }' },
);

export const projectSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Project',
  ...map(
    {
      project: ref('name', 'Its name.'),
      about: { type: 'string', description: 'What it is for, in a sentence.', expected: 'a text' },
      locales: shared('locales'),
      zone: shared('zone'),
      country: shared('country'),
      lifetime: shared('lifetime'),
      send: shared('send'),
      contact: map(
        {
          attributes: ref(
            'declarations',
            'Name and type. Expressions see them as `contact.NAME`, `update` changes them.',
          ),
        },
        { description: 'What may be known of people besides their language and zone.', expected: '{ attributes: … }' },
      ),
      connectors: map(
        { sms: CONNECTOR, email: CONNECTOR, webchat: CONNECTOR },
        {
          minProperties: 1,
          description:
            'On which the conversations are held. Without it, nothing is checked about receipts and reply windows.',
          expected: '{ sms: { receipts: sent } }',
        },
      ),
      events: ref('events'),
      imports: ref('imports', 'Shared files that every definition can use.'),
      secrets: list(
        { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_-]*$', expected: 'the name of a secret' },
        {
          uniqueItems: true,
          minItems: 0,
          description: 'Names of the secrets that data sources may use. Without it, any name may be used.',
          expected: 'a list of names',
        },
      ),
    },
    { required: ['project'], expected: 'a map that begins with project: NAME' },
  ),
  $defs,
};
