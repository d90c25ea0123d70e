/** What the language server knows of one file. */
import { SourceFile } from '../../dsl/parse/source-file.ts';
import { expressionsOf, type ExpressionSpot } from './expressions.ts';
import { areScenarios, spotsOf, type Spot } from './spots.ts';
import { MAIN_SCOPE, symbolsOf, type SymbolKind, type SymbolUse } from './symbols.ts';

export interface Outline {
  readonly source: SourceFile;
  readonly spots: readonly Spot[];
  readonly expressions: readonly ExpressionSpot[];
  readonly symbols: readonly SymbolUse[];
}

/** Never throws, whatever the text. */
export function outlineOf(text: string, file = ''): Outline {
  const source = new SourceFile(file, text);
  const spots = spotsOf(text);
  // `${…}` in scenarios are columns of their rows, and what they name stands in other files.
  if (areScenarios(spots)) return { source, spots, expressions: [], symbols: [] };
  const expressions = expressionsOf(spots, source);
  return { source, spots, expressions, symbols: symbolsOf(spots, expressions) };
}

/** The names declared there, once each, in the order of the file. */
export function declared({ symbols }: Outline, kind: SymbolKind, scope: string = MAIN_SCOPE): readonly string[] {
  const all = symbols.filter((one) => one.isDeclaration && one.kind === kind && one.scope === scope);
  return [...new Set(all.map(({ name }) => name))];
}

export function spotAt({ spots }: Outline, path: readonly (string | number)[]): Spot | undefined {
  const wanted = path.join('\n');
  return spots.find((spot) => spot.path.join('\n') === wanted);
}

export function symbolAt({ symbols }: Outline, offset: number): SymbolUse | undefined {
  return symbols.find(({ range }) => range.start <= offset && offset <= range.end);
}
