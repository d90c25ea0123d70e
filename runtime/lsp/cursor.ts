/** Where the cursor stands in a file that is being typed: what could come there. */
import type { Schema } from '../../dsl/schema/schema.ts';
import type { Meaning } from '../../dsl/schema/walk.ts';
import { outlineOf, type Outline } from './outline.ts';
import type { Path, Spot } from './spots.ts';

export type Cursor =
  | {
      readonly at: 'key';
      readonly path: Path;
      readonly parts: Schema;
      readonly container: Meaning;
      readonly taken: readonly string[];
    }
  | { readonly at: 'value'; readonly path: Path; readonly meaning: Meaning }
  /** `chain`: names before the cursor; the last is the one that is typed. */
  | { readonly at: 'expression'; readonly path: Path; readonly chain: readonly string[] };

export interface Located {
  readonly cursor: Cursor;
  /** Of the file with the word at the cursor replaced by a mark, which makes it readable. */
  readonly outline: Outline;
  /** How many characters before the cursor belong to the word that is typed. */
  readonly typed: number;
}

/** Stands where the cursor is: no author writes it. */
const MARK = 'cursorxyzzy';

export function locateCursor(text: string, offset: number): Located | undefined {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  const word = /[\w-]*$/.exec(line)?.[0] ?? '';
  const before = text.slice(0, offset - word.length);
  const after = text.slice(offset).replace(/^[\w-]+/, '');
  const head = line.slice(0, line.length - word.length);
  const begins = /^[\s-]*$/.test(head) || /[{,]\s*$/.test(head);
  for (const mark of begins ? [after.startsWith(':') ? MARK : `${MARK}: `, MARK] : [MARK]) {
    const outline = outlineOf(`${before}${mark}${after}`);
    const cursor = cursorAt(outline, head, word);
    if (cursor) return { cursor, outline, typed: word.length };
  }
  return undefined;
}

function cursorAt({ spots }: Outline, head: string, word: string): Cursor | undefined {
  const marked = spots.find(({ key }) => key?.name === MARK);
  if (marked) return keyCursor(spots, marked);
  const spot = spots.find(({ scalar }) => typeof scalar?.value === 'string' && scalar.value.includes(MARK));
  if (!spot) return undefined;
  const expression = expressionBefore(head, spot);
  if (expression !== undefined) {
    const chain = /(?:[A-Za-z_]\w*\s*\.\s*)*$/.exec(expression)?.[0] ?? '';
    return { at: 'expression', path: spot.path, chain: [...(chain.match(/\w+/g) ?? []), word] };
  }
  return spot.meaning && { at: 'value', path: spot.path, meaning: spot.meaning };
}

function keyCursor(spots: readonly Spot[], { path, parts, container }: Spot): Cursor | undefined {
  if (!container?.schema.properties && !container?.schema.propertyNames) return undefined;
  const holder = path.slice(0, -1).join('\n');
  const map = spots.find((spot) => spot.keys && spot.path.join('\n') === holder);
  return { at: 'key', path, parts, container, taken: (map?.keys ?? []).filter((key) => key !== MARK) };
}

/** What of the expression stands on this line before the word; undefined where the cursor is in none. */
function expressionBefore(head: string, { meaning }: Spot): string | undefined {
  const opened = head.lastIndexOf('${');
  if (opened >= 0 && !head.slice(opened).includes('}')) return head.slice(opened + 2);
  return meaning?.part === 'expression' ? head.replace(/^[^:]*:\s*["']?/, '') : undefined;
}
