const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** The inverse of `parseDuration`: 90,000 → `1m30s`. Parts of a second are rounded up, so that it is never too short. */
export function formatDuration(ms: number): string {
  let left = Math.max(1000, Math.ceil(ms / 1000) * 1000);
  let text = '';
  for (const [unit, unitMs] of UNITS) {
    const amount = Math.floor(left / unitMs);
    if (amount > 0) text += `${amount}${unit}`;
    left -= amount * unitMs;
  }
  return text;
}

/** Of at least a millisecond, to the millisecond: 61,250 → `1m1.25s`. */
export function exactDuration(ms: number): string {
  const seconds = ms % 60_000;
  const minutes = ms - seconds;
  return `${minutes > 0 ? formatDuration(minutes) : ''}${seconds > 0 ? `${(seconds / 1000).toString()}s` : ''}`;
}
