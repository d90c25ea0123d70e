import type { ChannelDefinition } from './channel.ts';
import { code, reason, request, source } from './fields.ts';
import { anything, count, flag, freeObject, object, oneOf, personal, type DataSchema } from './schema.ts';

const PARTS = 'readonly (string | { readonly secret: string })[]';

/** A text in parts, because secrets are filled in by the connector: `["Bearer ", { "secret": "bookingKey" }]`. */
function parts(description: string, tsType: string = PARTS): DataSchema {
  return { ...personal(anything(description)), tsType };
}

const status = count('The HTTP status that it answered with.');

/** All that the connector needs: it knows no definitions. */
const http = object(
  {
    method: oneOf(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], 'HTTP method.'),
    url: parts(
      'The address: a text, or a list of texts and `{ "secret": NAME }`. What was filled in is URI-encoded.',
      `string | ${PARTS}`,
    ),
  },
  {
    headers: {
      ...personal(freeObject('Headers by name; each value a list of texts and `{ "secret": NAME }`.')),
      tsType: `{ readonly [name: string]: ${PARTS} }`,
    },
    body: personal(
      anything(
        'A list is a text in parts (texts and `{ "secret": NAME }`), sent as it is; anything else is sent as JSON.',
      ),
    ),
    timeoutMs: count('How long one attempt may take, from connecting to the last byte; milliseconds.'),
    retries: count(
      'How often to ask again after a failure that may pass. Absent: only where the method is idempotent.',
    ),
    cacheMs: count('How long an answer may be used again for the same question; milliseconds. Absent or 0: never.'),
  },
  'The question as HTTP. Absent where the source is not asked over HTTP.',
);

export const data: ChannelDefinition = {
  name: 'data',
  about: "Questions to customers' own systems, and their answers.",
  key: 'contact',
  open: false,
  events: {
    'data.requested': {
      about: 'A conversation needs something from a data source. Secrets are filled in by the connector, never here.',
      data: object({ request, source, arguments: personal(freeObject('What the source is asked with.')) }, { http }),
      example: {
        request: 'c7f0a1/d1',
        source: 'appointment',
        arguments: { id: 'a1' },
        http: {
          method: 'GET',
          url: 'https://booking.example/appointments/a1',
          headers: { authorization: ['Bearer ', { secret: 'bookingKey' }] },
          timeoutMs: 5000,
          retries: 2,
          cacheMs: 0,
        },
      },
    },
    'data.received': {
      about: 'The data source answered.',
      data: object(
        {
          request,
          source,
          value: personal(anything('The answer as the source gave it: the parsed JSON, null where it was empty.')),
          attempts: count('How often it was asked; 0 where an earlier answer could be used again.'),
        },
        { status },
      ),
      example: { request: 'c7f0a1/d1', source: 'appointment', value: { status: 'booked', doctor: 'Lee' }, attempts: 1 },
    },
    'data.failed': {
      about: 'The data source did not answer usably, after its retries.',
      data: object(
        {
          request,
          source,
          code,
          reason,
          permanent: flag('True where asking again can not help.'),
          attempts: count('How often it was asked.'),
        },
        { status },
      ),
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
