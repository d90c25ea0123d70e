/**
 * Texts with `${…}`. An expression ends at the `}` that closes it: braces nest, and string literals of CEL ('…', "…",
 * triple quoted, raw) may hold any brace. `$${` is a literal `${`.
 */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** `start`: where the expression begins in the text, after `${`. */
  | { readonly kind: 'expression'; readonly source: string; readonly start: number };

export type Template = { readonly pieces: readonly Piece[] } | { readonly unclosedAt: number };

export function parseTemplate(text: string): Template {
  const pieces: Piece[] = [];
  let literal = '';
  let at = 0;
  while (at < text.length) {
    if (text.startsWith('$${', at)) {
      literal += '${';
      at += 3;
    } else if (text.startsWith('${', at)) {
      const end = endOfExpression(text, at + 2);
      if (end === undefined) return { unclosedAt: at };
      if (literal !== '') pieces.push({ kind: 'text', text: literal });
      literal = '';
      pieces.push({ kind: 'expression', source: text.slice(at + 2, end), start: at + 2 });
      at = end + 1;
    } else {
      literal += text[at] ?? '';
      at += 1;
    }
  }
  if (literal !== '') pieces.push({ kind: 'text', text: literal });
  return { pieces };
}

/** Index of the closing brace; undefined where there is none. */
function endOfExpression(text: string, start: number): number | undefined {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === '"' || character === "'") {
      const end = endOfString(text, at, isRaw(text, start, at));
      if (end === undefined) return undefined;
      at = end;
      continue;
    }
    if (character === '{') depth += 1;
    if (character === '}') {
      if (depth === 0) return at;
      depth -= 1;
    }
    at += 1;
  }
  return undefined;
}

/** `r"…"`, `rb'…'`: a backslash is itself. */
function isRaw(text: string, start: number, quote: number): boolean {
  const prefix = /(?:^|[^\w])([bB]?[rR][bB]?)$/.exec(text.slice(Math.max(start, quote - 3), quote));
  return prefix !== null;
}

/** Index after the literal's closing quote. */
function endOfString(text: string, start: number, raw: boolean): number | undefined {
  const quote = text[start] ?? '';
  const delimiter = text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  let at = start + delimiter.length;
  while (at < text.length) {
    if (text[at] === '\\' && !raw) at += 2;
    else if (text.startsWith(delimiter, at)) return at + delimiter.length;
    else at += 1;
  }
  return undefined;
}
