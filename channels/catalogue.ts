/** The event catalogue: every channel, and every type of event that the platform itself states. */
import { broadcasts } from './catalogue/broadcasts.ts';
import type { ChannelDefinition, EventDefinition } from './catalogue/channel.ts';
import { contacts } from './catalogue/contacts.ts';
import { conversations } from './catalogue/conversations.ts';
import { data } from './catalogue/data.ts';
import { definitions } from './catalogue/definitions.ts';
import { external } from './catalogue/external.ts';
import { messaging } from './catalogue/messaging.ts';
import { operations } from './catalogue/operations.ts';
import type { DataSchema } from './catalogue/schema.ts';
import { timers } from './catalogue/timers.ts';
import type { EventType } from './generated/events.ts';
import type { ChannelName } from './topics.ts';

export const CATALOGUE: Readonly<Record<ChannelName, ChannelDefinition>> = {
  messaging,
  conversations,
  contacts,
  data,
  timers,
  broadcasts,
  definitions,
  external,
  operations,
};

export interface CatalogueEntry extends EventDefinition {
  readonly type: EventType;
  readonly channel: ChannelName;
}

const ENTRIES: ReadonlyMap<string, CatalogueEntry> = new Map(
  Object.values(CATALOGUE).flatMap((channel) =>
    Object.entries(channel.events).map(([type, definition]): [string, CatalogueEntry] => [
      type,
      // The types are generated from these very keys; a test fails where they are not current.
      { ...definition, type: type as EventType, channel: channel.name },
    ]),
  ),
);

/** Every type of the catalogue, channel by channel. */
export function catalogueEntries(): readonly CatalogueEntry[] {
  return [...ENTRIES.values()];
}

/** Undefined for a type that is not the platform's own. */
export function catalogueEntry(type: string): CatalogueEntry | undefined {
  return ENTRIES.get(type);
}

/** Paths within `data` that hold personal data: `['text', 'choices[].label']`. Empty for a type that has none. */
export function personalFields(type: string): readonly string[] {
  const entry = ENTRIES.get(type);
  return entry === undefined ? [] : personalPaths(entry.data, '');
}

function personalPaths(schema: DataSchema, path: string): readonly string[] {
  if (schema.personal) return [path];
  if (schema.items) return personalPaths(schema.items, `${path}[]`);
  return Object.entries(schema.properties ?? {}).flatMap(([field, inner]) =>
    personalPaths(inner, path === '' ? field : `${path}.${field}`),
  );
}
