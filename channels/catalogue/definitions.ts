import type { ChannelDefinition } from './channel.ts';
import { code, definition, machine, version, EXAMPLE_MACHINE } from './fields.ts';
import { count, list, object, text } from './schema.ts';

const published = {
  definition: 'appointment-reminder',
  version: '5f70bf18',
  machine: EXAMPLE_MACHINE,
};

export const definitions: ChannelDefinition = {
  name: 'definitions',
  about: "The customers' definitions: what was published, what is in force. Routed by the definition's name.",
  key: 'own',
  open: false,
  events: {
    'definition.published': {
      about: 'A version was compiled and stored. It is immutable from here on.',
      data: object(
        { definition, version, machine },
        { source: text('The YAML as it was published; left out where it would not fit an event.') },
      ),
      example: { ...published, source: 'conversation: appointment-reminder\n' },
    },
    'definition.activated': {
      about: 'New conversations start on this version.',
      data: object({ definition, version, machine }),
      example: published,
    },
    'definition.retired': {
      about: 'No conversation starts on this version any more; those running go on.',
      data: object({ definition, version, machine }),
      example: published,
    },
    'definition.rejected': {
      about: 'What somebody wanted to publish does not compile.',
      data: object({
        definition,
        problems: list(
          object(
            { code, message: text('What is wrong and what to do.') },
            { line: count('Line, from 1.'), column: count('Column, from 1.') },
          ),
          'Every problem found.',
        ),
      }),
      example: {
        definition: 'appointment-reminder',
        problems: [
          { code: 'key-unknown', message: 'unknown key "whithin": did you mean "within"?', line: 41, column: 5 },
        ],
      },
    },
  },
};
