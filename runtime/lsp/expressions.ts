/** Where expressions stand in a file, and the names in them. */
import { offsetsOf } from '../../dsl/parse/scalar-text.ts';
import type { Range, SourceFile } from '../../dsl/parse/source-file.ts';
import { parseTemplate } from '../../dsl/text/template.ts';
import type { Path, Spot } from './spots.ts';

export interface ExpressionSpot {
  readonly path: Path;
  readonly source: string;
  /** Offset in the file of a character of the source. */
  readonly locate: (index: number) => number;
}

/** `vars.name.first`, without calls and indices. */
export interface NameChain {
  readonly path: Path;
  readonly names: readonly { readonly name: string; readonly range: Range }[];
}

export function expressionsOf(spots: readonly Spot[], source: SourceFile): readonly ExpressionSpot[] {
  return spots.flatMap((spot) => expressionsIn(spot, source));
}

function expressionsIn({ path, scalar, meaning }: Spot, file: SourceFile): readonly ExpressionSpot[] {
  if (!scalar || typeof scalar.value !== 'string') return [];
  const text = scalar.value;
  if (meaning?.part === 'expression') return [{ path, source: text, locate: offsetsOf(scalar, file, text) }];
  if (!text.includes('${')) return [];
  const locate = offsetsOf(scalar, file, text);
  const template = parseTemplate(text);
  // One that is not closed goes on to the end, as it does while it is typed.
  const pieces =
    'pieces' in template
      ? template.pieces.filter((piece) => piece.kind === 'expression')
      : [{ source: text.slice(template.unclosedAt + 2), start: template.unclosedAt + 2 }];
  return pieces.map(({ source, start }) => ({ path, source, locate: (index) => locate(start + index) }));
}

const STRING = /[bB]?[rR]?(?:"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')/g;
const CHAIN = /(?<![\w.])[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*/g;

export function namesIn({ path, source, locate }: ExpressionSpot): readonly NameChain[] {
  const bare = source.replaceAll(STRING, (literal) => ' '.repeat(literal.length));
  return [...bare.matchAll(CHAIN)].map((chain) => ({
    path,
    names: [...chain[0].matchAll(/\w+/g)].map((name) => {
      const start = chain.index + name.index;
      const last = locate(start + name[0].length - 1);
      return { name: name[0], range: { start: locate(start), end: last + 1 } };
    }),
  }));
}
