/** A value of each type, for events, inputs and replies that are made up. */
import type { Json, JsonObject } from '../json.ts';
import type { ValueType } from '../machine/value-types.ts';

/** The `rich` one has what there can be: yes, entries of lists, what is optional. The `poor` one has not. */
export type Kind = 'rich' | 'poor';

/** Entries of a list: conversations often look at one and whether there is another. */
const ENTRIES = 2;

/** As JSON. `soon`: for times, so that what is planned for then is still ahead. */
export function sampleOf(type: ValueType | undefined, soon: Date, kind: Kind = 'rich'): Json {
  if (type === undefined) return 'something';
  if (type.type === 'list') return kind === 'poor' ? [] : new Array<Json>(ENTRIES).fill(sampleOf(type.of, soon));
  if (type.type === 'object') return sampleFields(type.fields, soon, kind);
  if (type.type === 'boolean') return kind === 'rich';
  if ('enum' in type) return type.enum.at(kind === 'rich' ? 0 : -1) ?? '';
  if ('currency' in type) return { minor: 1000, currency: type.currency };
  if ('minimum' in type) return type.minimum ?? 1;
  if (type.type === 'time') return soon.toISOString();
  if (type.type === 'date') return soon.toISOString().slice(0, 10);
  const samples: Readonly<Record<string, Json>> = SAMPLES;
  return samples[type.type] ?? 'something';
}

/** Of each field; a poor one lacks what is optional. */
export function sampleFields(fields: Readonly<Record<string, ValueType>>, soon: Date, kind: Kind): JsonObject {
  const given = Object.entries(fields).filter(([, { optional }]) => kind === 'rich' || optional !== true);
  return Object.fromEntries(given.map(([name, type]) => [name, sampleOf(type, soon, kind)]));
}

const SAMPLES = {
  integer: 1,
  number: 1,
  duration: '1h',
  phone: '+12125550199',
  email: 'ben@example.org',
} as const;

/** As a person writes it. `soon`: for days. */
export function replySampleOf(type: ValueType | undefined, soon: Date): string {
  if (type === undefined) return 'something';
  if ('enum' in type) return type.enum[0] ?? '';
  if (type.type === 'date') return soon.toISOString().slice(0, 10);
  const samples: Readonly<Record<string, string>> = REPLIES;
  return samples[type.type] ?? 'something';
}

const REPLIES = {
  boolean: 'yes',
  time: '10:00',
  duration: '1h',
  money: '10',
  phone: '+12125550199',
  email: 'ben@example.org',
} as const;
