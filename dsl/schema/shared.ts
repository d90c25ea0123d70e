import { definitionSchema } from './definition.ts';
import { map, ref, type Schema } from './schema.ts';

const { properties = {}, $defs = {} } = definitionSchema;

function same(name: string): Schema {
  return properties[name] ?? {};
}

/** The JSON Schema of a file whose parts others import. */
export const sharedSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Shared parts',
  ...map(
    {
      shared: ref('name', 'Its name; that of its snippets in events begins with it.'),
      about: { type: 'string', description: 'What it is for, in a sentence.', expected: 'a text' },
      imports: same('imports'),
      texts: same('texts'),
      data: same('data'),
      snippets: same('snippets'),
      events: ref('events'),
    },
    { required: ['shared'], expected: 'a map that begins with shared: NAME' },
  ),
  $defs,
};
