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
