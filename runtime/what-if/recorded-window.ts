import type { Window } from './people-query.ts';

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000 };

/** `last-7d`, `last-24h`, or `FROM..TO` in ISO 8601, in UTC where nothing else is said; undefined for anything else. */
export function windowOf(text: string, now: number): Window | undefined {
  const [, amount, unit = ''] = /^last-(\d{1,4})([hd])$/.exec(text) ?? [];
  if (amount !== undefined) return { from: new Date(now - Number(amount) * (UNIT_MS[unit] ?? 0)), to: new Date(now) };
  const [from, to, ...more] = text.split('..').map(instantOf);
  return from && to && more.length === 0 && from < to ? { from, to } : undefined;
}

function instantOf(text: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text)) return undefined;
  const millis = Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) || !text.includes('T') ? text : `${text}Z`);
  return Number.isNaN(millis) ? undefined : new Date(millis);
}
