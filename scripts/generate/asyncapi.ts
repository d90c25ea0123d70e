import { CATALOGUE, catalogueEntries, type CatalogueEntry } from '../../channels/catalogue.ts';
import type { ChannelDefinition } from '../../channels/catalogue/channel.ts';
import { EVENT_PROPERTIES } from '../../channels/encode.ts';
import { envelopeSchema } from '../../channels/envelope.ts';
import { exampleEvent } from './example-event.ts';

type Json = Readonly<Record<string, unknown>>;

/** docs/reference/asyncapi.json: the catalogue for machines, https://www.asyncapi.com/docs/reference/specification/v3.0.0 */
export function asyncapi(): string {
  return `${JSON.stringify(asyncapiDocument(), undefined, 2)}\n`;
}

export function asyncapiDocument(): Json {
  const channels = Object.values(CATALOGUE);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Parlance events',
      version: '1.0.0',
      description: 'Every channel and every type of event. Generated from channels/catalogue.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/cloudevents+json',
    channels: Object.fromEntries(channels.map((channel) => [channel.name, channelObject(channel)])),
    operations: Object.fromEntries(
      channels.map(({ name, about }) => [`subscribe-${name}`, operationObject(name, about)]),
    ),
    components: {
      messages: Object.fromEntries(catalogueEntries().map((entry) => [entry.type, messageObject(entry)])),
      schemas: {
        [ENVELOPES.own]: envelopeSchema('own', false),
        [ENVELOPES.contact]: envelopeSchema('contact', false),
        Properties: PROPERTIES,
        ...Object.fromEntries(catalogueEntries().map(({ type, data }) => [type, published(data)])),
      },
    },
  };
}

function channelObject({ name, about, events }: ChannelDefinition): Json {
  return {
    address: `persistent://{tenant}/${name}/events`,
    title: name,
    description: about,
    parameters: { tenant: { description: 'Name of the tenant.' } },
    messages: Object.fromEntries(Object.keys(events).map((type) => [type, { $ref: `#/components/messages/${type}` }])),
  };
}

function operationObject(channel: string, about: string): Json {
  return { action: 'receive', channel: { $ref: `#/channels/${channel}` }, summary: about };
}

function messageObject(entry: CatalogueEntry): Json {
  const { type, channel, about } = entry;
  return {
    name: type,
    title: type,
    summary: about,
    contentType: 'application/cloudevents+json',
    headers: { $ref: '#/components/schemas/Properties' },
    payload: {
      allOf: [
        { $ref: `#/components/schemas/${ENVELOPES[CATALOGUE[channel].key]}` },
        { properties: { type: { const: type }, data: { $ref: `#/components/schemas/${type}` } } },
      ],
    },
    examples: [{ payload: exampleEvent(entry) }],
  };
}

const ENVELOPES = { contact: 'ContactEvent', own: 'Event' } as const;

/** Message properties that repeat attributes. */
const PROPERTIES = {
  type: 'object',
  properties: Object.fromEntries(Object.values(EVENT_PROPERTIES).map((name) => [name, { type: 'string' }])),
  required: [EVENT_PROPERTIES.type, EVENT_PROPERTIES.source, EVENT_PROPERTIES.id],
};

/** Our own keywords: `tsType` speaks to our generator only, `personal` becomes an extension. */
function published(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(published);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([keyword]) => keyword !== 'tsType');
  return Object.fromEntries(
    entries.map(([keyword, inner]) => [keyword === 'personal' ? 'x-personal' : keyword, published(inner)]),
  );
}
