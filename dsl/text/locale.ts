/** Languages and their regions: `en`, `en-GB`. */
const names = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

export function isKnownLocale(locale: string): boolean {
  return names.of(locale) !== undefined;
}

/** `en-GB` → `en`. */
export function languageOf(locale: string): string {
  return locale.split('-')[0] ?? locale;
}

/** What is nearest to the locale: itself, its language, a region of its language; undefined where none is. */
export function nearestLocale(locale: string, among: readonly string[]): string | undefined {
  const language = languageOf(locale);
  return (
    among.find((one) => one === locale) ??
    among.find((one) => one === language) ??
    among.find((one) => languageOf(one) === language)
  );
}
