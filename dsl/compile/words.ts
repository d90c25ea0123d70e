import type { Key } from '../parse/tree.ts';
import type { SourceMatch, SourceWords } from '../schema/source.ts';
import { OPT_OUT_WORDS } from '../step/platform-words.ts';
import { fold } from '../text/fold.ts';
import type { Compilation } from './compilation.ts';
import { checkLocales } from './texts.ts';

export interface Word {
  readonly locale: string;
  readonly folded: string;
  /** As written. */
  readonly text: string;
  readonly container: object;
  readonly key: Key;
}

/** The words of a `match`, per locale; words without a locale are of every locale. */
export function compileWords(c: Compilation, container: object, key: Key): readonly Word[] {
  const match = (container as Readonly<Record<Key, SourceMatch>>)[key];
  if (match === undefined) return [];
  if (typeof match === 'string' || Array.isArray(match)) {
    const words = readWords(c, container, key);
    return c.locales.flatMap((locale) => words.map((word) => ({ ...word, locale })));
  }
  checkLocales(c, match, container, key);
  return Object.keys(match).flatMap((locale) => readWords(c, match, locale).map((word) => ({ ...word, locale })));
}

function readWords(c: Compilation, container: object, key: Key): readonly Omit<Word, 'locale'>[] {
  const words = (container as Readonly<Record<Key, SourceWords>>)[key];
  if (words === undefined) return [];
  if (typeof words === 'string') return [readWord(c, container, key, words)];
  return words.map((word, index) => readWord(c, words, index, word));
}

function readWord(c: Compilation, container: object, key: Key, text: string): Omit<Word, 'locale'> {
  const folded = fold(text);
  const range = c.tree.valueRange(container, key);
  if (folded === '') c.report.add('word-empty', range, `nothing is left of "${text}" to match`);
  if (OPT_OUT_WORDS.has(folded)) {
    c.report.add(
      'word-of-platform',
      range,
      `"${text}" ends all messages to the person: the platform takes it before any definition`,
    );
  }
  return { folded, text, container, key };
}

/** Word → index of the entry that expects it, per locale; reports a word that two entries expect. */
export class WordIndex {
  readonly words: Record<string, Record<string, number>> = {};
  private readonly c: Compilation;

  constructor(c: Compilation) {
    this.c = c;
    for (const locale of c.locales) this.words[locale] = {};
  }

  add(word: Word, entry: number): void {
    const words = this.words[word.locale];
    if (!words || word.folded === '') return;
    const owner = Object.hasOwn(words, word.folded) ? words[word.folded] : undefined;
    if (owner === undefined) words[word.folded] = entry;
    else {
      const range = this.c.tree.valueRange(word.container, word.key);
      const message =
        owner === entry ? `"${word.text}" stands here twice` : `"${word.text}" is expected by an entry before this one`;
      this.c.report.add('word-repeated', range, message);
    }
  }

  /** Like `add`, but leaves a word that is taken to its owner. */
  offer(locale: string, folded: string, entry: number): void {
    const words = this.words[locale];
    if (words && folded !== '' && !OPT_OUT_WORDS.has(folded) && !Object.hasOwn(words, folded)) words[folded] = entry;
  }
}
