import { instantOf } from '../instant.ts';
import type { Window } from './people-query.ts';

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000 };

const EXPECTED = 'write last-7d, last-24h, or FROM..TO such as 2026-03-01..2026-03-08T12:00Z';

/**
 * `last-7d`, `last-24h`, or `FROM..TO` in ISO 8601, in UTC where nothing else is said. It ends now at the latest: what is
 * still to come is not on record, and deadlines of then have not passed. A string says what is wrong with it.
 */
export function windowOf(text: string, now: number): Window | string {
  const [, amount, unit = ''] = /^last-(\d{1,4})([hd])$/.exec(text) ?? [];
  if (Number(amount) === 0) return `${text} is no time at all: ${EXPECTED}`;
  if (amount !== undefined) return { from: new Date(now - Number(amount) * (UNIT_MS[unit] ?? 0)), to: new Date(now) };
  const [from, to, ...more] = text.split('..').map(instantOf);
  if (!from || !to || more.length > 0) return `${text} is no time: ${EXPECTED}`;
  if (from >= to) return `${text} does not begin before it ends: ${EXPECTED}`;
  if (from.getTime() >= now) return `${text} is still to come: ${EXPECTED}`;
  return { from, to: new Date(Math.min(to.getTime(), now)) };
}
