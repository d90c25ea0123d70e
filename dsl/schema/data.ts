/** `data`: the customer's own systems that a conversation asks. */
import { map, ref, type Schema } from './schema.ts';

const url = (method: string): Schema => ({
  type: 'string',
  pattern: '^https?://',
  expected: 'an address that begins with https://',
  description: `Asks with ${method}. What \`\${…}\` fills in is encoded for addresses; the host must be written out.`,
});

const dataSource: Schema = map(
  {
    inputs: ref('declarations', 'What a fetch gives it. Without it, it sees what the steps see.'),
    get: url('GET'),
    post: url('POST'),
    put: url('PUT'),
    patch: url('PATCH'),
    delete: url('DELETE'),
    headers: {
      type: 'object',
      propertyNames: { type: 'string', pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", expected: 'the name of a header' },
      additionalProperties: { type: 'string', expected: 'a text' },
      expected: 'headers with their texts',
      description: 'Headers. `${secrets.NAME}` is a secret by its name: only the connector knows it.',
    },
    body: { description: 'Sent as JSON. A value that is exactly one `${…}` keeps its type.' },
    timeout: ref('duration', 'How long one attempt may take. Without it, 10s.'),
    retry: {
      type: 'integer',
      minimum: 0,
      maximum: 10,
      expected: 'a number from 0 to 10',
      description: 'How often to ask again where it may help. Without it, 2 where asking twice does no harm.',
    },
    cache: ref('duration', 'How long an answer may be used again for the same question. Without it, never.'),
    returns: ref('declarations', 'What it answers: seen as `data.NAME` after the fetch.'),
    map: {
      type: 'object',
      propertyNames: ref('variableName'),
      additionalProperties: ref('expression'),
      expected: 'fields with expressions over `response`',
      description: 'How a field of `returns` is taken from the `response`; without it, by its name.',
    },
  },
  {
    minProperties: 1,
    dependentRequired: { map: ['returns'] },
    expected: '{ get: "https://…", returns: { … } }',
    later: ['graphql', 'auth', 'file'],
  },
);

const data: Schema = {
  type: 'object',
  propertyNames: ref('variableName'),
  additionalProperties: ref('dataSource'),
  expected: 'names with data sources',
  description: 'Your own systems that the conversation may ask, by name.',
};

export const dataParts: Readonly<Record<string, Schema>> = { data, dataSource };
