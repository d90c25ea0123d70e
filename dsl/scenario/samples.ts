/** A value of each type, for events, inputs and replies that are made up. */
import type { Json } from '../json.ts';
import type { ValueType } from '../machine.ts';

/** As JSON. `soon`: for times, so that what is planned for then is still ahead. */
export function sampleOf(type: ValueType | undefined, soon: Date): Json {
  if (type === undefined) return 'something';
  if (type.type === 'list') return [sampleOf(type.of, soon)];
  if (type.type === 'object') {
    return Object.fromEntries(Object.entries(type.fields).map(([name, field]) => [name, sampleOf(field, soon)]));
  }
  if ('enum' in type) return type.enum[0] ?? '';
  if ('currency' in type) return { minor: 1000, currency: type.currency };
  if ('minimum' in type) return type.minimum ?? 1;
  if (type.type === 'time') return soon.toISOString();
  const samples: Readonly<Record<string, Json>> = SAMPLES;
  return samples[type.type] ?? 'something';
}

const SAMPLES = {
  integer: 1,
  number: 1,
  boolean: true,
  duration: '1h',
  date: '2026-04-01',
  phone: '+12125550199',
  email: 'ben@example.org',
} as const;

/** As a person writes it. */
export function replySampleOf(type: ValueType | undefined): string {
  if (type === undefined) return 'something';
  if ('enum' in type) return type.enum[0] ?? '';
  const samples: Readonly<Record<string, string>> = REPLIES;
  return samples[type.type] ?? 'something';
}

const REPLIES = {
  boolean: 'yes',
  time: '10:00',
  duration: '1h',
  date: '2026-04-01',
  money: '10',
  phone: '+12125550199',
  email: 'ben@example.org',
} as const;
