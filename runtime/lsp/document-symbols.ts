/** What an editor lists of a file: the cases of scenarios; of any other what is declared there. */
import { SymbolKind as Shown } from 'vscode-languageserver/node';
import type { Range } from '../../dsl/parse/source-file.ts';
import type { Outline } from './outline.ts';
import { areScenarios, innerRange, type Path, type Spot } from './spots.ts';
import type { SymbolKind, SymbolUse } from './symbols.ts';

export interface FileSymbol {
  readonly name: string;
  readonly kind: Shown;
  /** All of it. */
  readonly range: Range;
  /** Its name. */
  readonly selection: Range;
}

const SHOWN: Partial<Record<SymbolKind, Shown>> = {
  conversation: Shown.Module,
  shared: Shown.Module,
  inputs: Shown.Property,
  attribute: Shown.Property,
  vars: Shown.Variable,
  data: Shown.Interface,
  text: Shown.String,
  snippet: Shown.Class,
  step: Shown.Function,
};

/** What their name stands within; that of others stands before what is said of them. */
const NAMED_WITHIN: ReadonlySet<SymbolKind> = new Set(['conversation', 'shared', 'step']);

/** In the order of the file. */
export function fileSymbols({ spots, symbols }: Outline): readonly FileSymbol[] {
  const ranges: Ranges = new Map(spots.map(({ path, range }) => [keyOf(path), range]));
  if (areScenarios(spots)) return spots.flatMap((spot) => scenarioSymbol(ranges, spot));
  return symbols.flatMap((symbol) => declarationSymbol(ranges, symbol));
}

/** By path. */
type Ranges = ReadonlyMap<string, Range>;

function keyOf(path: Path): string {
  return path.join('\n');
}

/** `- case: a good visit` */
function scenarioSymbol(ranges: Ranges, { path, scalar }: Spot): readonly FileSymbol[] {
  const isTitle = path.length === 3 && path[0] === 'cases' && path[2] === 'case';
  if (!isTitle || typeof scalar?.value !== 'string' || scalar.value === '') return [];
  const selection = innerRange(scalar);
  return [{ name: scalar.value, kind: Shown.Function, range: around(ranges, path.slice(0, 2), selection), selection }];
}

function declarationSymbol(
  ranges: Ranges,
  { kind, name, path, range, isDeclaration }: SymbolUse,
): readonly FileSymbol[] {
  const shown = SHOWN[kind];
  if (!isDeclaration || shown === undefined || name === '') return [];
  const whole = NAMED_WITHIN.has(kind) ? path.slice(0, -1) : path;
  return [{ name, kind: shown, range: around(ranges, whole, range), selection: range }];
}

function around(ranges: Ranges, path: Path, { start, end }: Range): Range {
  const whole = ranges.get(keyOf(path));
  return { start: Math.min(start, whole?.start ?? start), end: Math.max(end, whole?.end ?? end) };
}
