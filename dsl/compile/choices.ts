/** The choices of a question: what is shown of an entry, and what choosing it answers. */
import type { Choice } from '../machine/message.ts';
import type { Range } from '../parse/source-file.ts';
import type { SourceReply } from '../schema/source.ts';
import { fold } from '../text/fold.ts';
import type { Compilation } from './compilation.ts';
import { compileText, spokenIn } from './texts.ts';
import { reportPlatformWord, type Word, type WordIndex } from './words.ts';

/** An entry of `replies` with words. */
export interface Expected {
  readonly source: SourceReply;
  readonly words: readonly Word[];
}

/** Undefined where no entry has a label. A label counts as a word of its entry. */
export function compileChoices(
  c: Compilation,
  entries: readonly Expected[],
  index: WordIndex,
): readonly Choice[] | undefined {
  const labelled = entries.flatMap(({ source }, entry) => (source.label === undefined ? [] : [{ source, entry }]));
  for (const [at, { source, entry }] of labelled.entries()) {
    const number = (at + 1).toString();
    reportPlatformWord(c, c.tree.keyRange(source, 'label'), number, number);
    offerLabel(c, source, entry, index);
  }
  for (const [at, { source, entry }] of labelled.entries()) reportMisleading(c, source, at + 1, entry, index);
  const choices = labelled.map(({ source, entry }) => ({
    label: compileText(c, source, 'label'),
    entry,
    values: valuesOf(c, entries, entry, index),
  }));
  return choices.length === 0 ? undefined : choices;
}

function offerLabel(c: Compilation, source: SourceReply, entry: number, index: WordIndex): void {
  for (const { locale, text, range } of labelsOf(c, source)) {
    if (text.includes('${')) continue;
    reportPlatformWord(c, range, text, fold(text));
    index.offer(locale, fold(text), entry);
  }
}

/** Once all words and labels are known: a number and a label must lead where they stand. */
function reportMisleading(c: Compilation, source: SourceReply, number: number, entry: number, index: WordIndex): void {
  const written = number.toString();
  if (index.ownersOf(written).some((owner) => owner !== entry)) {
    const message = `"${written}" is the number of this choice, but leads to another entry, which has it as a word`;
    c.report.add('choice-misleads', c.tree.keyRange(source, 'label'), message);
  }
  for (const { locale, text, range } of labelsOf(c, source)) {
    const owner = index.words[locale]?.[fold(text)];
    if (owner === undefined || owner === entry || text.includes('${')) continue;
    c.report.add('choice-misleads', range, `"${text}" leads to another entry, which has it as a word or label`);
  }
}

interface Label {
  readonly locale: string;
  readonly text: string;
  readonly range: Range;
}

function labelsOf(c: Compilation, source: SourceReply): readonly Label[] {
  const { label = {} } = source;
  if (typeof label === 'string') {
    const range = c.tree.valueRange(source, 'label');
    return c.locales.map((locale) => ({ locale, text: label, range }));
  }
  return spokenIn(c, label).map(({ locale, key }) => ({
    locale,
    text: label[key] ?? '',
    range: c.tree.valueRange(label, key),
  }));
}

/** Of each locale the first word that no other entry has in any: the person's locale may change before they choose. */
function valuesOf(
  c: Compilation,
  entries: readonly Expected[],
  entry: number,
  index: WordIndex,
): Readonly<Record<string, string>> {
  const words = (entries[entry]?.words ?? []).filter(({ folded }) => folded !== '');
  const isOwn = ({ folded }: Word): boolean => index.ownersOf(folded).every((owner) => owner === entry);
  return Object.fromEntries(
    c.locales.flatMap((locale) => {
      const own = words.filter((word) => word.locale === locale);
      const word = own.find(isOwn) ?? own[0];
      return word ? [[locale, word.text]] : [];
    }),
  );
}
