/** Everything in a file that has a name, where it is declared and where it is used. */
import type { Range } from '../../dsl/parse/source-file.ts';
import { namesIn, type ExpressionSpot } from './expressions.ts';
import { innerRange, type Path, type Spot } from './spots.ts';

export type SymbolKind =
  | 'step'
  | 'inputs'
  | 'vars'
  | 'data'
  | 'snippet'
  | 'text'
  | 'outcome'
  | 'event'
  | 'conversation'
  /** A shared file by the name that it has. */
  | 'shared'
  /** A file that is imported. */
  | 'file'
  /** What the project declares of people. */
  | 'attribute';

export interface SymbolUse {
  readonly kind: SymbolKind;
  readonly name: string;
  /** Of steps, inputs and variables: the conversation itself or one of its snippets. */
  readonly scope: string;
  readonly isDeclaration: boolean;
  readonly range: Range;
  readonly path: Path;
}

export const MAIN_SCOPE = 'main';

export function scopeOf(path: Path): string {
  return path[0] === 'snippets' && typeof path[1] === 'string' ? snippetScope(path[1]) : MAIN_SCOPE;
}

export function snippetScope(name: string): string {
  return `snippets/${name}`;
}

export function symbolsOf(spots: readonly Spot[], expressions: readonly ExpressionSpot[]): readonly SymbolUse[] {
  const calls = new Map(spots.flatMap((spot) => callOf(spot)));
  return [
    ...spots.flatMap((spot) => [...keySymbols(spot, calls), ...valueSymbols(spot)]),
    ...expressions.flatMap(expressionSymbols),
  ].sort((a, b) => a.range.start - b.range.start);
}

/** Which snippet the map at a path calls. */
function callOf({ path, scalar }: Spot): readonly (readonly [string, string])[] {
  if (path.at(-1) !== 'call' || typeof scalar?.value !== 'string') return [];
  return [[path.slice(0, -1).join('/'), scalar.value]];
}

function keySymbols({ path, key, container }: Spot, calls: ReadonlyMap<string, string>): readonly SymbolUse[] {
  if (!key || !container) return [];
  const holder = path.at(-2);
  const symbol = (kind: SymbolKind, isDeclaration: boolean, scope = scopeOf(path)): readonly SymbolUse[] => [
    { kind, name: key.name, scope, isDeclaration, range: key.range, path },
  ];
  const isDeclarations = container.part === 'declarations';
  if (isDeclarations && (holder === 'vars' || holder === 'inputs')) return symbol(holder, true);
  if (isDeclarations && holder === 'attributes') return symbol('attribute', true);
  if (container.part === 'set') return symbol('vars', false);
  if (container.part === 'update') return symbol('attribute', false, MAIN_SCOPE);
  if (path.length === 2 && holder === 'snippets') return symbol('snippet', true, MAIN_SCOPE);
  if (path.length === 2 && holder === 'data') return symbol('data', true, MAIN_SCOPE);
  if (path.length === 2 && holder === 'texts') return symbol('text', true, MAIN_SCOPE);
  if (path[0] === 'start' && holder === 'inputs') return symbol('inputs', false);
  const called = calls.get(path.slice(0, -2).join('/'));
  if (called === undefined) return [];
  if (holder === 'with') return symbol('inputs', false, snippetScope(called));
  return holder === 'outcomes' && key.name !== 'otherwise' ? symbol('outcome', false, snippetScope(called)) : [];
}

/** What the values under these keys name, wherever the schema has such a key. */
const VALUES: Readonly<Record<string, readonly [kind: SymbolKind, isDeclaration: boolean]>> = {
  step: ['step', true],
  goto: ['step', false],
  into: ['vars', false],
  call: ['snippet', false],
  fetch: ['data', false],
  use: ['text', false],
  end: ['outcome', true],
  event: ['event', false],
  type: ['event', false],
  conversation: ['conversation', true],
  shared: ['shared', true],
};

/** What the entries of these lists name. */
const LISTS: typeof VALUES = { returns: ['vars', false], imports: ['file', false] };

function valueSymbols({ path, scalar, meaning }: Spot): readonly SymbolUse[] {
  if (!scalar || typeof scalar.value !== 'string' || !meaning) return [];
  const last = path.at(-1);
  const inList = typeof last === 'number' ? LISTS[String(path.at(-2))] : undefined;
  const [kind, isDeclaration] = inList ?? VALUES[String(last)] ?? [];
  if (kind === undefined || isDeclaration === undefined) return [];
  if (kind === 'event' && meaning.part !== 'eventType') return [];
  if (kind === 'step' && !isDeclaration && scalar.value === 'next') return [];
  const isFlow = kind === 'step' || kind === 'vars' || kind === 'outcome';
  const scope = isFlow ? scopeOf(path) : MAIN_SCOPE;
  return [{ kind, name: scalar.value, scope, isDeclaration, range: innerRange(scalar), path }];
}

const ROOTS: Readonly<Record<string, SymbolKind>> = {
  inputs: 'inputs',
  vars: 'vars',
  data: 'data',
  contact: 'attribute',
};

function expressionSymbols(expression: ExpressionSpot): readonly SymbolUse[] {
  return namesIn(expression).flatMap(({ path, names: [root, member] }) => {
    const kind = root && Object.hasOwn(ROOTS, root.name) ? ROOTS[root.name] : undefined;
    if (!member || !kind) return [];
    const scope = kind === 'data' || kind === 'attribute' ? MAIN_SCOPE : scopeOf(path);
    return [{ kind, name: member.name, scope, isDeclaration: false, range: member.range, path }];
  });
}
