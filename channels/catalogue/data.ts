import type { ChannelDefinition } from './channel.ts';
import { code, reason, request, source } from './fields.ts';
import { anything, count, flag, freeObject, object, personal } from './schema.ts';

export const data: ChannelDefinition = {
  name: 'data',
  about: "Questions to customers' own systems, and their answers.",
  key: 'contact',
  open: false,
  events: {
    'data.requested': {
      about: 'A conversation needs something from a data source. Secrets are filled in by the connector, never here.',
      data: object({ request, source, arguments: personal(freeObject('What the source is asked with.')) }),
      example: { request: 'c7f0a1/d1', source: 'appointment', arguments: { id: 'a1' } },
    },
    'data.received': {
      about: 'The data source answered.',
      data: object({
        request,
        source,
        value: personal(anything('The answer, as the definition declares it.')),
        attempts: count('How often it was asked.'),
      }),
      example: { request: 'c7f0a1/d1', source: 'appointment', value: { status: 'booked', doctor: 'Lee' }, attempts: 1 },
    },
    'data.failed': {
      about: 'The data source did not answer usably, after its retries.',
      data: object({
        request,
        source,
        code,
        reason,
        permanent: flag('True where asking again can not help.'),
        attempts: count('How often it was asked.'),
      }),
      example: {
        request: 'c7f0a1/d1',
        source: 'appointment',
        code: 'data-timed-out',
        reason: 'no answer within 5 s',
        permanent: false,
        attempts: 3,
      },
    },
  },
};
