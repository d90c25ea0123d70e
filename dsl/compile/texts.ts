import { nearest } from '../diagnostics/did-you-mean.ts';
import type { Place } from '../expression/environment.ts';
import { MAX_TEXT_CHARACTERS } from '../limits.ts';
import type { Parts, Text } from '../machine/expressions.ts';
import type { Key } from '../parse/tree.ts';
import type { SourceText } from '../schema/source.ts';
import { languageOf } from '../text/locale.ts';
import { parseTemplate, type Piece } from '../text/template.ts';
import { speaksMore, type Compilation } from './compilation.ts';
import { checkExpression, locatorOf, type Locator } from './expressions.ts';
import { called } from './type-names.ts';

/** Reports languages that are missing or not declared, and everything in the text itself. */
export function compileText(c: Compilation, container: object, key: Key): Text {
  const text = (container as Readonly<Record<Key, SourceText>>)[key];
  const [first = 'en'] = c.locales;
  if (text === undefined) return {};
  if (typeof text === 'string') return { [first]: compileMessageText(c, container, key, text) };
  checkLocales(c, text, container, key);
  const compiled = new Map(
    Object.entries(text)
      .filter(([locale]) => isSpoken(c, locale) || !speaksMore(c))
      .map(([locale, value]) => [locale, compileMessageText(c, text, locale, value, locale)]),
  );
  return Object.fromEntries(spokenIn(c, text).map(({ locale, key: from }) => [locale, compiled.get(from) ?? []]));
}

/** Reports languages that are not among the locales, and locales for which nothing is written. */
export function checkLocales(c: Compilation, localized: object, container: object, key: Key): void {
  for (const locale of Object.keys(localized)) {
    if (isSpoken(c, locale) || speaksMore(c)) continue;
    const hints = { expected: `one of ${c.locales.join(', ')}`, suggestion: nearest(locale, c.locales) };
    c.report.add('locale-unknown', c.tree.keyRange(localized, locale), `"${locale}" is not among the locales`, hints);
  }
  const spoken = spokenIn(c, localized).map(({ locale }) => locale);
  const missing = c.locales.filter((locale) => !spoken.includes(locale));
  if (missing.length === 0) return;
  c.report.add('locale-missing', c.tree.keyRange(container, key), `"${key}" has no ${missing.join(', ')}`);
}

/** What is written in a language is of each of its regions that has nothing of its own. */
export function spokenIn(
  { locales }: Pick<Compilation, 'locales'>,
  localized: object,
): readonly { readonly locale: string; readonly key: string }[] {
  return Object.keys(localized).flatMap((key) =>
    locales
      .filter((locale) => locale === key || (languageOf(locale) === key && !Object.hasOwn(localized, locale)))
      .map((locale) => ({ locale, key })),
  );
}

function isSpoken({ locales }: Compilation, key: string): boolean {
  return locales.some((locale) => locale === key || languageOf(locale) === key);
}

function compileMessageText(c: Compilation, container: object, key: Key, text: string, locale?: string): Parts {
  if (text.trim() === '') c.report.add('text-empty', c.tree.valueRange(container, key), 'the text is empty');
  const parts = compileParts(c, 'flow', container, key, text, locale);
  checkLength(c, container, key, parts);
  return parts;
}

/** Expressions may add to it. */
function checkLength(c: Compilation, container: object, key: Key, parts: Parts): void {
  const length = parts.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 0), 0);
  if (length <= MAX_TEXT_CHARACTERS) return;
  const message = `the text has ${length.toLocaleString('en')} characters, whatever is filled in`;
  const expected = `at most ${MAX_TEXT_CHARACTERS.toLocaleString('en')}, or several messages`;
  c.report.add('text-too-long', c.tree.valueRange(container, key), message, { expected });
}

/**
 * A text with `${…}`: its expressions are checked, and that their values can be shown. `locale`: its language; without
 * it, it is for people of any.
 */
export function compileParts(
  c: Compilation,
  place: Place,
  container: object,
  key: Key,
  text: string,
  locale?: string,
): Parts {
  const { locate, range } = locatorOf(c, container, key, text);
  return piecesOf(c, text, locate).map((piece) => {
    if (piece.kind === 'text') return piece.text;
    const type = checkExpression(c, place, piece.source, (index) => locate(piece.start + index), range, locale);
    if (type !== undefined && !SHOWABLE.has(type)) {
      const start = locate(piece.start);
      c.report.add(
        'text-unshowable',
        { start, end: start + piece.source.length },
        `a text can not show ${called(type)}`,
        hintFor(type, piece.source),
      );
    }
    return { cel: piece.source };
  });
}

/** Of a text with `${…}`; none, and a diagnostic, where a brace is not closed. */
export function piecesOf(c: Compilation, text: string, locate: Locator['locate']): readonly Piece[] {
  const template = parseTemplate(text);
  if ('pieces' in template) return template.pieces;
  const start = locate(template.unclosedAt);
  c.report.add('text-unclosed', { start, end: start + 2 }, '"${" is not closed', { expected: '}' });
  return [];
}

const SHOWABLE: ReadonlySet<string> = new Set(['string', 'int', 'uint', 'double', 'bool', 'dyn']);

function hintFor(type: string, source: string): { readonly suggestion?: string } {
  if (type === 'google.protobuf.Timestamp') return { suggestion: `${source}.format('d MMMM HH:mm')` };
  if (type === 'date') return { suggestion: `${source}.format('EEEE d MMMM')` };
  if (type === 'money' || type === 'google.protobuf.Duration') return { suggestion: `${source}.format()` };
  return type === 'list<string>' ? { suggestion: `${source}.join(', ')` } : {};
}
