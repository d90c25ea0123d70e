import { CATALOGUE, catalogueEntry, personalFields, type CatalogueEntry } from '../../channels/catalogue.ts';
import type { ChannelDefinition } from '../../channels/catalogue/channel.ts';
import type { DataSchema } from '../../channels/catalogue/schema.ts';
import { channelTopic } from '../../channels/topics.ts';
import type { TenantName } from '../../channels/brands.ts';
import { MAX_EVENT_BYTES } from '../../channels/validate.ts';
import { exampleEvent } from './example-event.ts';

/** docs/reference/events.md: the catalogue for people. */
export function eventsPage(): string {
  const channels = Object.values(CATALOGUE);
  return [INTRODUCTION, overview(channels), ...channels.map(channelSection)].join('\n\n') + '\n';
}

const INTRODUCTION = `<!-- Generated from channels/catalogue by \`npm run generate\`: do not edit. -->

# Events

Everything that happens is an event: an immutable fact, a [CloudEvents 1.0](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md)
event in structured JSON mode. A channel is a stream of events about one domain, and one Pulsar topic of every tenant.
The same catalogue for machines is [asyncapi.json](asyncapi.json).

Around the data that this page describes, every event has these attributes:

| attribute | meaning |
| --- | --- |
| \`id\` | unique per \`source\`; a repetition carries the same |
| \`source\` | the incarnation of the producer, e.g. \`/engine/acme/3/0\` |
| \`type\` | one of the types below, or a customer's own |
| \`time\` | when it was stated: RFC 3339, UTC, milliseconds |
| \`subject\`, \`partitionkey\` | the contact key, where the event is about one person: its events stay in order |
| \`sequence\` | 16 digits that grow with every event of a \`source\` |
| \`correlationid\` | the conversation |
| \`causationid\` | \`id\` of the event that caused this one |
| \`traceparent\` | W3C trace context, where there is one |

\`ce_type\`, \`ce_source\`, \`ce_id\`, \`ce_subject\` and \`ce_sequence\` repeat these as message properties, so that a consumer
filters without reading bodies. An event has at most ${MAX_EVENT_BYTES / 1024} KiB. Fields marked † may hold personal data.

Fields are only ever added, never removed and never given another type: what reads today's events reads tomorrow's.`;

function overview(channels: readonly ChannelDefinition[]): string {
  const rows = channels.map(({ name, about }) => `| [${name}](#${name}) | ${about} |`);
  return ['| channel | about |', '| --- | --- |', ...rows].join('\n');
}

function channelSection({ name, about, key, open, events }: ChannelDefinition): string {
  const routing = key === 'contact' ? 'the contact' : '`partitionkey`, else the id of the event';
  const facts = [
    `Topic \`${channelTopic('TENANT' as TenantName, name)}\`; routed by ${routing}.`,
    ...(open ? ["Takes types of the customer's own."] : []),
  ];
  const entries = Object.keys(events).flatMap((type) => catalogueEntry(type) ?? []);
  return [`## ${name}`, about, facts.join(' '), ...entries.map(eventSection)].join('\n\n');
}

function eventSection(entry: CatalogueEntry): string {
  const example = JSON.stringify(exampleEvent(entry), undefined, 2);
  return [`### ${entry.type}`, entry.about, fieldTable(entry), '```json\n' + example + '\n```'].join('\n\n');
}

function fieldTable({ type, data }: CatalogueEntry): string {
  const rows = fieldRows(data, '', new Set(personalFields(type)));
  if (rows.length === 0) return 'It has no data.';
  return ['| field | type | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

function fieldRows(schema: DataSchema, prefix: string, personal: ReadonlySet<string>): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([field, inner]) => {
    const path = prefix === '' ? field : `${prefix}.${field}`;
    const optional = schema.required?.includes(field) ? '' : ', optional';
    const isPersonal = personal.has(path) || personal.has(`${path}[]`);
    const row = `| \`${path}\`${isPersonal ? ' †' : ''} | ${typeName(inner)}${optional} | ${inner.description ?? ''} |`;
    return inner.items
      ? [row, ...fieldRows(inner.items, `${path}[]`, personal)]
      : [row, ...fieldRows(inner, path, personal)];
  });
}

function typeName(schema: DataSchema): string {
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.items) return `list of ${typeName(schema.items)}`;
  if (schema.format === 'date-time') return 'time';
  if (schema.tsType === 'Address') return 'address';
  if (schema.tsType === 'MachineHash') return 'content hash';
  return schema.type === 'string' ? 'text' : (schema.type ?? 'any JSON');
}
