import { catalogueEntries } from '../../channels/catalogue.ts';
import type { DataSchema } from '../../channels/catalogue/schema.ts';

/** The types of one release, with their channels and schemas. */
export type Release = Readonly<Record<string, { readonly channel: string; readonly data: DataSchema }>>;

export const RELEASE_PATH = 'channels/catalogue/released.json';

export function presentRelease(): Release {
  return Object.fromEntries(catalogueEntries().map(({ type, channel, data }) => [type, { channel, data }]));
}

/** What decides which values are valid; none of these may change, but for `enum`, which may grow. */
const FIXED = ['type', 'pattern', 'format', 'minLength', 'minimum', 'additionalProperties'] as const;

/**
 * Where a later release does not keep what an earlier one promised: events stored then must stay valid, and whoever
 * reads today's events must be able to read tomorrow's. A breaking change is a new type.
 */
export function incompatibilities(earlier: Release, later: Release): readonly string[] {
  return Object.entries(earlier).flatMap(([type, { channel, data }]) => {
    const now = later[type];
    if (!now) return [`${type}: removed`];
    const moved = now.channel === channel ? [] : [`${type}: moved from channel ${channel} to ${now.channel}`];
    return [...moved, ...schemaChanges(data, now.data, type)];
  });
}

function schemaChanges(earlier: DataSchema, later: DataSchema, path: string): readonly string[] {
  const changes = FIXED.filter((keyword) => earlier[keyword] !== later[keyword]).map(
    (keyword) => `${path}: "${keyword}" was ${String(earlier[keyword])}, is ${String(later[keyword])}`,
  );
  if (earlier.personal && !later.personal) changes.push(`${path}: no longer marked as personal`);
  changes.push(...enumChanges(earlier, later, path), ...requiredChanges(earlier, later, path));
  for (const [field, before] of Object.entries(earlier.properties ?? {})) {
    const now = later.properties?.[field];
    if (now) changes.push(...schemaChanges(before, now, `${path} ${field}`));
    else changes.push(`${path}: field "${field}" removed`);
  }
  if (earlier.items && later.items) changes.push(...schemaChanges(earlier.items, later.items, `${path}[]`));
  return changes;
}

function enumChanges(earlier: DataSchema, later: DataSchema, path: string): readonly string[] {
  if (!earlier.enum && later.enum) return [`${path}: now takes certain values only`];
  const lost = earlier.enum?.filter((value) => later.enum && !later.enum.includes(value)) ?? [];
  return lost.map((value) => `${path}: no longer takes "${value}"`);
}

function requiredChanges(earlier: DataSchema, later: DataSchema, path: string): readonly string[] {
  const before = earlier.required ?? [];
  const now = later.required ?? [];
  return [
    ...now.filter((field) => !before.includes(field)).map((field) => `${path}: field "${field}" became required`),
    ...before.filter((field) => !now.includes(field)).map((field) => `${path}: field "${field}" became optional`),
  ];
}
