import type { ChannelDefinition } from './channel.ts';
import { address, attributes, connector, locale, reason, zone } from './fields.ts';
import { list, object, oneOf } from './schema.ts';

const addresses = list(address('One of them.'), "The contact's addresses; the first gave it its key.");
const how = oneOf(['keyword', 'form', 'import', 'operator', 'provider'], 'How we learned it.');

export const contacts: ChannelDefinition = {
  name: 'contacts',
  about: 'The people: who they are, how they are reached, and what they agreed to.',
  key: 'contact',
  open: false,
  events: {
    'contact.created': {
      about: 'A person was seen for the first time.',
      data: object({ addresses }, { locale, zone, attributes }),
      example: { addresses: ['tel:+12125550123'], locale: 'en', zone: 'America/New_York' },
    },
    'contact.updated': {
      about: 'Something about a person changed. Only what is named changed.',
      data: object({}, { addresses, locale, zone, attributes }),
      example: { locale: 'es' },
    },
    'contact.opted-in': {
      about: 'The person agreed to be written to.',
      data: object({ connector, how }, { reason }),
      example: { connector: 'sms', how: 'keyword', reason: 'START' },
    },
    'contact.opted-out': {
      about: 'The person wants no more messages.',
      data: object({ connector, how }, { reason }),
      example: { connector: 'sms', how: 'keyword', reason: 'STOP' },
    },
    'contact.erased': {
      about: 'What was personal about this contact has been made unreadable.',
      data: object({ reason }),
      example: { reason: 'requested by the person' },
    },
  },
};
