import type { Range } from '../../dsl/parse/source-file.ts';
import { parts } from '../../dsl/schema/parts.ts';
import { meantBy, placesOf, type Meant } from './links.ts';
import { declared, symbolAt } from './outline.ts';
import type { SymbolKind } from './symbols.ts';
import type { Known, Workspace } from './workspace.ts';

/** What can be renamed, and what such a name looks like. */
const RENAMED: Partial<Record<SymbolKind, 'name' | 'variableName'>> = {
  step: 'name',
  vars: 'variableName',
  inputs: 'variableName',
  snippet: 'name',
  data: 'name',
  text: 'name',
  attribute: 'variableName',
};

const IMPORTED: ReadonlySet<SymbolKind> = new Set(['snippet', 'data', 'text']);

/** The word at the offset, if it can be renamed. */
export function renameableAt(workspace: Workspace, here: Known, offset: number): Renameable | undefined {
  const symbol = symbolAt(here.outline, offset);
  const meant = symbol && meantBy(workspace, here, symbol);
  return meant && RENAMED[meant.kind] !== undefined ? { range: symbol.range, meant } : undefined;
}

interface Renameable {
  readonly range: Range;
  readonly meant: Meant;
}

/** Every place to write the new name; or why it can not be. */
export function renameAt(workspace: Workspace, here: Known, offset: number, to: string): readonly Place[] | string {
  const { meant } = renameableAt(workspace, here, offset) ?? {};
  if (!meant) return 'here is nothing that can be renamed';
  const { kind, name, scope } = meant;
  const shape = parts[RENAMED[kind] ?? 'name'];
  if (!new RegExp(shape?.pattern ?? '').test(to)) return `"${to}" is not ${shape?.expected ?? 'a name'}`;
  if (isSpecial(to, kind)) return `"${to}" means something else in a definition`;
  const places = placesOf(workspace, meant);
  // In a file that imports it, too, for its own would go before it.
  const isTaken = [meant, ...(IMPORTED.has(kind) ? places : [])].some(({ outline }) =>
    declared(outline, kind, scope).includes(to),
  );
  if (to !== name && isTaken) return `"${to}" is taken`;
  return places.map(({ use, ...known }) => ({ ...known, range: use.range }));
}

interface Place extends Known {
  readonly range: Range;
}

/** YAML reads some words as other values; `next` is the following step. */
function isSpecial(name: string, kind: SymbolKind): boolean {
  return /^(?:true|false|null|yes|no|on|off|y|n)$/.test(name) || (kind === 'step' && name === 'next');
}
