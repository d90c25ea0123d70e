const NAMES: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** `mon-fri`, `sat`, `mon,wed-fri`, `fri-mon` → days of the week in order, Monday is 1; undefined where it is none. */
export function parseDays(text: string): readonly number[] | undefined {
  const days = new Set<number>();
  for (const range of text.split(',')) {
    const [from, to, ...more] = range
      .trim()
      .split('-')
      .map((name) => NAMES.indexOf(name.trim()));
    if (from === undefined || from < 0 || (to !== undefined && to < 0) || more.length > 0) return undefined;
    const last = to ?? from;
    for (let day = from; ; day = (day + 1) % NAMES.length) {
      days.add(day + 1);
      if (day === last) break;
    }
  }
  return [...days].sort((a, b) => a - b);
}

/** The inverse of `parseDays`: 1, 2, 3, 6 → `mon-wed,sat`. */
export function formatDays(days: readonly number[]): string {
  const ranges: { readonly first: number; last: number }[] = [];
  for (const day of days) {
    const range = ranges.at(-1);
    if (range?.last === day - 1) range.last = day;
    else ranges.push({ first: day, last: day });
  }
  const nameOf = (day: number): string => NAMES[day - 1] ?? '';
  return ranges
    .map(({ first, last }) => (first === last ? nameOf(first) : `${nameOf(first)}-${nameOf(last)}`))
    .join(',');
}
