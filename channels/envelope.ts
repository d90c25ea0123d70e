import type { RoutingKey } from './catalogue/channel.ts';

/** Longest id, source, type or key: they are repeated as message properties, in indexes and in logs. */
const MAX_ATTRIBUTE_CHARACTERS = 512;

const attribute = { type: 'string', minLength: 1, maxLength: MAX_ATTRIBUTE_CHARACTERS };

/** CloudEvents context attributes as JSON Schema, as strict as Parlance keeps them. */
const ATTRIBUTES = {
  specversion: { const: '1.0', description: '"1.0"' },
  id: { ...attribute, description: 'an id, unique per source' },
  source: { ...attribute, format: 'uri-reference', description: 'a URI-reference that names the producer' },
  type: { ...attribute, description: 'a type of event' },
  subject: { ...attribute, description: 'the contact key' },
  time: {
    type: 'string',
    format: 'date-time',
    pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$',
    description: 'RFC 3339 in UTC with milliseconds, e.g. 2026-03-06T14:00:00.000Z',
  },
  datacontenttype: { const: 'application/json', description: '"application/json"' },
  data: { description: 'the data, any JSON value' },
  partitionkey: { ...attribute, description: 'the routing key' },
  sequence: { type: 'string', pattern: '^\\d{16}$', description: '16 digits' },
  correlationid: { ...attribute, description: 'the conversation' },
  causationid: { ...attribute, description: 'id of the event that caused this one' },
  traceparent: {
    type: 'string',
    pattern: '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$',
    description: 'a W3C trace context',
  },
};

const REQUIRED = ['specversion', 'id', 'source', 'type', 'time', 'data'];

/** Of an event, without regard to its data. `open`: a customer's event may carry extension attributes of its own. */
export function envelopeSchema(key: RoutingKey, open: boolean): Readonly<Record<string, unknown>> {
  return {
    type: 'object',
    description: 'a CloudEvents 1.0 event',
    required: key === 'contact' ? [...REQUIRED, 'subject', 'partitionkey'] : REQUIRED,
    properties: open ? { ...ATTRIBUTES, dataschema: attribute } : ATTRIBUTES,
    ...(open ? { patternProperties: { '^[a-z0-9]{1,20}$': {} } } : {}),
    additionalProperties: false,
  };
}
