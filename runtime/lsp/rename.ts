import type { Range } from '../../dsl/parse/source-file.ts';
import { parts } from '../../dsl/schema/parts.ts';
import { declared, occurrencesOf, symbolAt, type Outline } from './outline.ts';
import type { SymbolKind, SymbolUse } from './symbols.ts';

/** What can be renamed within one file, and what such a name looks like. */
const RENAMED: Partial<Record<SymbolKind, 'name' | 'variableName'>> = {
  step: 'name',
  vars: 'variableName',
  inputs: 'variableName',
  snippet: 'name',
  data: 'name',
  text: 'name',
};

/** The word at the offset, if it can be renamed. */
export function renameableAt(outline: Outline, offset: number): SymbolUse | undefined {
  const symbol = symbolAt(outline, offset);
  if (!symbol || RENAMED[symbol.kind] === undefined) return undefined;
  return occurrencesOf(outline, symbol).some(({ isDeclaration }) => isDeclaration) ? symbol : undefined;
}

/** Every place to write the new name; or why it can not be. */
export function renameAt(outline: Outline, offset: number, to: string): readonly Range[] | string {
  const symbol = renameableAt(outline, offset);
  if (!symbol) return 'here is nothing that can be renamed';
  const shape = parts[RENAMED[symbol.kind] ?? 'name'];
  if (!new RegExp(shape?.pattern ?? '').test(to)) return `"${to}" is not ${shape?.expected ?? 'a name'}`;
  if (isSpecial(to, symbol.kind)) return `"${to}" means something else in a definition`;
  if (to !== symbol.name && declared(outline, symbol.kind, symbol.scope).includes(to)) return `"${to}" is taken`;
  return occurrencesOf(outline, symbol).map(({ range }) => range);
}

/** YAML reads some words as other values; `next` is the following step. */
function isSpecial(name: string, kind: SymbolKind): boolean {
  return /^(?:true|false|null|yes|no|on|off|y|n)$/.test(name) || (kind === 'step' && name === 'next');
}
