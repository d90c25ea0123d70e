import { ParlanceError } from '../../channels/error.ts';
import { instantOf } from '../instant.ts';

export class MomentError extends ParlanceError {
  constructor(message: string) {
    super('moment-invalid', message);
  }
}

const EXPECTED = '2026-01-31T12:00Z, 2026-01-31 (in UTC), or how long ago: 90s, 15m, 2h, 7d';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A moment that a person gave an option: absolute in UTC where nothing else is said, or so long before `now`. */
export function momentOf(option: string, text: string, now: number): Date {
  const [, amount, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (amount !== undefined) return new Date(now - Number(amount) * (UNIT_MS[unit] ?? 0));
  const moment = instantOf(text);
  if (moment) return moment;
  throw new MomentError(`--${option} ${text} is no moment: write ${EXPECTED}`);
}

type Named = readonly [option: string, moment: Date];

/** Throws MomentError where nothing lies between. */
export function ordered([first, from]: Named, [last, to]: Named): void {
  if (from < to) return;
  throw new MomentError(`--${first} (${from.toISOString()}) is not before --${last} (${to.toISOString()})`);
}
