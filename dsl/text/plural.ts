/** Forms of words by number, after CLDR: https://cldr.unicode.org/index/cldr-spec/plural-rules */
import { Cache } from './cache.ts';

export const PLURAL_CATEGORIES: readonly string[] = ['zero', 'one', 'two', 'few', 'many', 'other'];

const rules = new Cache((locale) => new Intl.PluralRules(locale));

/** The form of the number in the locale; `other` stands for those that are not given. */
export function pluralOf(
  count: number,
  forms: Readonly<Record<string, string>> | ReadonlyMap<string, string>,
  locale: string,
): string {
  const of = (category: string): string | undefined => {
    if (forms instanceof Map) return (forms as ReadonlyMap<string, string>).get(category);
    const record = forms as Readonly<Record<string, string>>;
    return Object.hasOwn(record, category) ? record[category] : undefined;
  };
  const found = of(rules.of(locale).select(count)) ?? of('other');
  if (found === undefined) throw new RangeError('the forms of a plural lack "other"');
  return found;
}

const needed = new Cache((locale): readonly string[] => {
  const found = new Set<string>(['other']);
  for (let count = 0; count <= 200; count++) found.add(rules.of(locale).select(count));
  return PLURAL_CATEGORIES.filter((category) => found.has(category));
});

/**
 * What a text in the locale must have: the forms of whole numbers up to 200, and `other`. Not those of a million, which
 * Spanish and French count as `many`.
 */
export function pluralCategoriesOf(locale: string): readonly string[] {
  return needed.of(locale);
}
