const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** For people, in the two greatest units that it has: `1 day, 2 hours`. */
export function showDuration(ms: number, locale: string): string {
  const parts: string[] = [];
  let left = Math.round(Math.abs(ms) / 1000) * 1000;
  for (const [unit, unitMs] of UNITS) {
    const amount = Math.floor(left / unitMs);
    left -= amount * unitMs;
    if (amount > 0) parts.push(amountOf(amount, unit, locale));
  }
  const [first = amountOf(0, 'minute', locale), ...more] = parts;
  return new Intl.ListFormat(locale, { type: 'unit' }).format([first, ...more.slice(0, 1)]);
}

function amountOf(amount: number, unit: string, locale: string): string {
  return amount.toLocaleString(locale, { style: 'unit', unit, unitDisplay: 'long' });
}
