const MARKS = /\p{M}/gu;
/** Punctuation and blanks, but not the minus of a number. */
const BETWEEN_WORDS = /(?:(?!-\d)[\p{P}\p{Z}\p{C}\s])+/gu;

/**
 * What people type and what authors expect, brought to one form: no case, no accents, no punctuation, single blanks.
 * `¡Sí!` and `si` are the same; `C.` is `c`. An emoji stays itself.
 */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(MARKS, '').toLowerCase().replace(BETWEEN_WORDS, ' ').trim();
}
