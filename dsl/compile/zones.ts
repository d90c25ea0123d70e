import type { Compilation } from './compilation.ts';

export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Reports the `zone` of what has one. */
export function checkZone(c: Pick<Compilation, 'report' | 'tree'>, source: { readonly zone?: string }): void {
  const { zone } = source;
  if (zone === undefined || isZone(zone)) return;
  c.report.add('zone-unknown', c.tree.valueRange(source, 'zone'), `"${zone}" is no time zone`, {
    expected: 'an IANA name such as America/New_York',
  });
}
