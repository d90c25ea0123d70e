import type { Range } from '../parse/source-file.ts';
import type { Key } from '../parse/tree.ts';
import type { SourceMatch, SourceWords } from '../schema/source.ts';
import { fold } from '../text/fold.ts';
import type { ValueType } from '../machine/value-types.ts';
import { isReadAs } from '../check/read-words.ts';
import { isPlatformWord, platformWords } from '../text/platform-words.ts';
import type { Compilation } from './compilation.ts';
import { checkLocales, spokenIn } from './texts.ts';

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
  const read = new Map(Object.keys(match).map((locale) => [locale, readWords(c, match, locale)]));
  return spokenIn(c, match).flatMap(({ locale, key: from }) =>
    (read.get(from) ?? []).map((word) => ({ ...word, locale })),
  );
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
  if (!isAddition(c, container)) reportPlatformWord(c, range, text, folded);
  return { folded, text, container, key };
}

/** Reports a word that the platform takes before any definition, or that this definition has added to those. */
export function reportPlatformWord(c: Compilation, range: Range, text: string, folded: string): void {
  if (takes(c, 'stop', folded)) {
    const message = `"${text}" ends all messages to the person: the platform takes it before any definition`;
    c.report.add('word-of-platform', range, message);
  } else if (takes(c, 'help', folded)) {
    const message = `"${text}" asks the platform for help, which answers it before any definition`;
    c.report.add('word-of-platform', range, message);
  }
}

/** Reports the platform's words that would be read as a value of this type. */
export function reportPlatformWordsReadAs(c: Compilation, range: Range, type: ValueType): void {
  const { stop, help, country = c.project.country } = c.source;
  for (const word of new Set([...platformWords(), ...wordsIn(stop?.words), ...wordsIn(help?.words)]))
    if (isReadAs(type, word, { locales: c.locales, country })) reportPlatformWord(c, range, word, fold(word));
}

function takes(c: Compilation, kind: 'stop' | 'help', folded: string): boolean {
  return isPlatformWord(kind, folded) || wordsIn(c.source[kind]?.words).some((word) => fold(word) === folded);
}

/** As written, of all locales. */
export function wordsIn(match: SourceMatch | undefined): readonly string[] {
  if (match === undefined) return [];
  if (typeof match === 'string') return [match];
  return Array.isArray(match) ? (match as readonly string[]) : Object.values(match as object).flatMap(wordsIn);
}

/** Whether it stands in `stop` or `help` itself. */
function isAddition({ source: { stop, help } }: Compilation, container: object): boolean {
  return [stop, stop?.words, help, help?.words].some(
    (part) =>
      part === container || (typeof part === 'object' && Object.values(part).some((inner) => inner === container)),
  );
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
    if (words && folded !== '' && !Object.hasOwn(words, folded)) words[folded] = entry;
  }

  /** The entries that expect a word, in whatever locale. */
  ownersOf(folded: string): readonly number[] {
    return Object.values(this.words).flatMap((words) => (Object.hasOwn(words, folded) ? (words[folded] ?? []) : []));
  }
}
