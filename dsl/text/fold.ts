/** They choose how a character looks. */
const VARIATIONS = /\p{Variation_Selector}/gu;
/** With the letter that has them, if it is one. */
const MARKS = /(\p{L}?)\p{M}+/gu;
/** Where marks are accents. In other scripts they are vowels and the like: without them words become others. */
const ACCENTED = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]/u;
/** Of which Unicode does not say that they are others with an accent, or two in one. */
const LETTERS: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', ł: 'l', đ: 'd', æ: 'ae', œ: 'oe' };
const LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');
/** Punctuation and blanks, but not the minus of a number. */
const BETWEEN_WORDS = /(?:(?!-\d)[\p{P}\p{Z}\p{C}\s])+/gu;

/** Nothing to fold but case: most of what people write, and by far the quickest to tell. */
const PLAIN = /^[A-Za-z0-9]+(?: [A-Za-z0-9]+)*$/;

/**
 * What people type and what authors expect, brought to one form: no case, no accents, no punctuation, single blanks.
 * `¡Sí!` and `si` are the same; `C.` is `c`; `Straße` is `strasse`. An emoji stays itself.
 */
export function fold(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .replace(VARIATIONS, '')
    .replace(MARKS, (marked, letter: string) => (letter === '' || ACCENTED.test(letter) ? letter : marked))
    .toLowerCase()
    .replace(LETTER, (letter) => LETTERS[letter] ?? letter)
    .replace(BETWEEN_WORDS, ' ')
    .trim();
}
