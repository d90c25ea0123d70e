import { languageOf } from './locale.ts';

/** How people say yes and no, folded. */
const WORDS: Readonly<Record<string, { readonly yes: readonly string[]; readonly no: readonly string[] }>> = {
  en: {
    yes: ['yes', 'y', 'yeah', 'yep', 'yup', 'sure', 'ok', 'okay', 'true'],
    no: ['no', 'n', 'nope', 'nah', 'false'],
  },
  es: { yes: ['si', 's', 'claro', 'vale', 'por supuesto', 'ok'], no: ['no', 'n'] },
  de: { yes: ['ja', 'j', 'jawohl', 'jo', 'klar', 'gerne', 'ok'], no: ['nein', 'n', 'ne', 'nee', 'no'] },
  fr: { yes: ['oui', 'o', 'ouais', 'bien sur', 'd accord', 'ok'], no: ['non', 'n'] },
  it: { yes: ['si', 's', 'certo', 'va bene', 'ok'], no: ['no', 'n'] },
  pt: { yes: ['sim', 's', 'claro', 'ok'], no: ['nao', 'n'] },
  nl: { yes: ['ja', 'j', 'jawel', 'ok', 'oke'], no: ['nee', 'n', 'neen'] },
  pl: { yes: ['tak', 't', 'ok'], no: ['nie', 'n'] },
};

/** Understood everywhere. */
const SIGNS: Readonly<Record<string, boolean>> = { '👍': true, '✅': true, '👎': false, '❌': false };

export function knowsYesAndNo(locale: string): boolean {
  return Object.hasOwn(WORDS, languageOf(locale));
}

/** `word` is folded. */
export function readYesNo(word: string, locale: string): boolean | undefined {
  const words = knowsYesAndNo(locale) ? WORDS[languageOf(locale)] : undefined;
  if (words?.yes.includes(word)) return true;
  if (words?.no.includes(word)) return false;
  return Object.hasOwn(SIGNS, word) ? SIGNS[word] : undefined;
}
