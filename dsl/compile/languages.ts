import { isKnownLocale } from '../text/locale.ts';
import type { Compilation } from './compilation.ts';

/** Reports those of `locales` that are no language, or no region. */
export function checkLanguages(
  { report, tree }: Pick<Compilation, 'report' | 'tree'>,
  { locales = [] }: { readonly locales?: readonly string[] },
): void {
  locales.forEach((locale, index) => {
    if (isKnownLocale(locale)) return;
    report.add('language-unknown', tree.valueRange(locales, index), `"${locale}" is no language`, {
      expected: 'a language such as en (ISO 639), or with a region such as en-GB',
    });
  });
}
