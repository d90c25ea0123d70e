import type { ChannelDefinition } from './channel.ts';
import { code, definition, entries, EXAMPLE_MACHINE, machine, OTHER_MACHINE, version } from './fields.ts';
import { count, flag, list, object, text } from './schema.ts';

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
    'definition.migration-requested': {
      about: 'Somebody wants conversations moved to another version, or with `trial` to know how that would go.',
      data: object(
        { definition, from: machine, to: machine, conversations: count('How many are asked to move.') },
        { states: entries, trial: flag('True: a few of each state are tried, and none is moved.') },
      ),
      example: {
        definition: 'appointment-reminder',
        ...{
          from: EXAMPLE_MACHINE,
          to: OTHER_MACHINE,
          conversations: 120,
          states: [{ left: 'remind', entered: 'confirm' }],
        },
      },
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
