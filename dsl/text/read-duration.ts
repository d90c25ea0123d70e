/** Durations as people write them: `90m`, `2 hours`, `1 h 30 min`, `drei` is none. The names of units are Intl's. */
import { Cache } from './cache.ts';
import { parseDuration } from './duration.ts';
import { fold } from './fold.ts';

const UNITS = { second: 's', minute: 'm', hour: 'h', day: 'd', week: 'w' } as const;
const AND: ReadonlySet<string> = new Set(['and', 'y', 'und', 'et', 'e', 'en', 'i']);

/** Folded name → our unit. */
const unitNames = new Cache((locale): ReadonlyMap<string, string> => {
  const names = new Map<string, string>(Object.values(UNITS).map((unit) => [unit, unit]));
  for (const [unit, short] of Object.entries(UNITS)) {
    for (const unitDisplay of ['long', 'short', 'narrow'] as const) {
      const format = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay });
      for (const amount of [1, 2, 5, 1.5]) {
        const name = format.formatToParts(amount).find(({ type }) => type === 'unit')?.value;
        if (name !== undefined && !names.has(fold(name))) names.set(fold(name), short);
      }
    }
  }
  return names;
});

/** As `parseDuration` reads it: `1h30m`. A number without a unit is none. */
export function readDuration(text: string, locale: string): string | undefined {
  const known = unitNames.of(locale);
  const tokens = text
    .replaceAll(/(\d)[.,](\d)/g, '$1.$2')
    .split(/\s+|(?<=\d)(?=\p{L})|(?<=\p{L})(?=\d)/u)
    .map((token) => (/^\d+(?:\.\d+)?$/.test(token) ? token : fold(token)))
    .filter((token) => token !== '' && !AND.has(token));
  let duration = '';
  for (let at = 0; at < tokens.length; at += 2) {
    const unit = known.get(tokens[at + 1] ?? '');
    if (!/^\d{1,6}(?:\.\d{1,3})?$/.test(tokens[at] ?? '') || unit === undefined) return undefined;
    duration += `${tokens[at] ?? ''}${unit}`;
  }
  return parseDuration(duration) === undefined ? undefined : duration;
}
