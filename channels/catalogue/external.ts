import type { ChannelDefinition } from './channel.ts';
import { definition, reason } from './fields.ts';
import { name, object } from './schema.ts';

export const external: ChannelDefinition = {
  name: 'external',
  about:
    "The customer's own events, of their own types (`com.clinic.appointment.booked`), which start conversations or " +
    'answer their waits. A customer may register a JSON Schema for a type; then its data is checked on arrival.',
  key: 'own',
  open: true,
  events: {
    'external.rejected': {
      about: 'An event of the customer could not be used: a definition that wanted it failed on it.',
      data: object({ event: name('Id of the event.'), type: name('Its type.'), reason }, { definition }),
      example: {
        event: 'b-771',
        type: 'com.clinic.appointment.booked',
        reason: 'event.data.patient has no field "phone"',
        definition: 'appointment-reminder',
      },
    },
  },
};
