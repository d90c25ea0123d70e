import type { ChannelDefinition } from './channel.ts';
import { address, broadcast, connector, definition, machine, reason, version, EXAMPLE_MACHINE } from './fields.ts';
import { count, freeObject, name, object, personal, time } from './schema.ts';

export const broadcasts: ChannelDefinition = {
  name: 'broadcasts',
  about: 'Starting one conversation with many people.',
  key: 'own',
  open: false,
  events: {
    'broadcast.requested': {
      about: 'Somebody wants a definition started for an audience.',
      data: object(
        { broadcast, definition, audience: name('The audience, as the customer names it.') },
        {
          inputs: personal(freeObject('Inputs that all its conversations share.')),
          perSecond: { type: 'number', description: 'The most that are started in a second.', minimum: 0 },
        },
      ),
      example: { broadcast: 'flu-season', definition: 'flu-shot', audience: 'over-65', perSecond: 20 },
    },
    'broadcast.started': {
      about: 'It began; the machine is fixed from here on.',
      data: object({ broadcast, definition, version, machine, recipients: count('Size of the audience.') }),
      example: {
        broadcast: 'flu-season',
        definition: 'flu-shot',
        version: '2',
        machine: EXAMPLE_MACHINE,
        recipients: 4200,
      },
    },
    'broadcast.recipient-targeted': {
      about: 'A conversation is started for this person.',
      data: object(
        { broadcast, connector, to: address('The person.') },
        {
          definition,
          machine,
          inputs: personal(freeObject('Inputs of their own.')),
          locale: name('BCP 47; theirs from now on.'),
          zone: name('IANA; theirs from now on.'),
          schedule: object(
            { list: name('The contact list.'), at: name('The time of day, such as `09:00`.') },
            {},
            'The start by schedule that it is for; without it, the one by a broadcast.',
          ),
        },
      ),
      example: {
        broadcast: 'flu-season',
        connector: 'sms',
        to: 'tel:+12125550123',
        definition: 'flu-shot',
        machine: EXAMPLE_MACHINE,
        inputs: { place: 'Main St' },
        locale: 'es',
        zone: 'America/New_York',
      },
    },
    'broadcast.recipient-skipped': {
      about: 'This person is left out.',
      data: object({ broadcast, to: address('The person.'), reason }),
      example: { broadcast: 'flu-season', to: 'tel:+12125550123', reason: 'opted out' },
    },
    'broadcast.paused': {
      about: 'Nobody else is started until it resumes.',
      data: object({ broadcast, reason }),
      example: { broadcast: 'flu-season', reason: 'too many failed messages' },
    },
    'broadcast.resumed': {
      about: 'It goes on where it was paused.',
      data: object({ broadcast }),
      example: { broadcast: 'flu-season' },
    },
    'broadcast.completed': {
      about: 'Everybody has been targeted or skipped.',
      data: object({ broadcast, targeted: count('People started.'), skipped: count('People left out.') }),
      example: { broadcast: 'flu-season', targeted: 4117, skipped: 83 },
    },
    'broadcast.missed': {
      about:
        'A schedule came due, and nobody was targeted. Where the reason is that there is no list, only the first of several in a row is stated.',
      data: object({
        broadcast,
        definition,
        list: name('The contact list.'),
        due: time('When it was to begin.'),
        reason,
      }),
      example: {
        broadcast: 'renewals.members.20260309T130000Z',
        definition: 'renewals',
        list: 'members',
        due: '2026-03-09T13:00:00.000Z',
        reason: 'there is no list "members": put it with `parlance lists put members FILE`',
      },
    },
    'broadcast.cancelled': {
      about: 'It ended early. Conversations that it started go on.',
      data: object({ broadcast, reason }),
      example: { broadcast: 'flu-season', reason: 'stopped by an operator' },
    },
  },
};
