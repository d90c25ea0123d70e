/** Names of fields in lists of objects: CEL's checker takes what is in them for anything. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { nearest } from '../diagnostics/did-you-mean.ts';
import { childrenOf, COMPREHENSIONS, pathOf } from '../expression/inspect.ts';
import type { ValueType } from '../machine/value-types.ts';
import type { Range } from '../parse/source-file.ts';
import type { Compilation } from './compilation.ts';
import { typeAt } from './members.ts';

/** Of what `exists`, `filter` and their like name for each item. */
type Items = Readonly<Record<string, ValueType>>;

export function checkItems(
  c: Compilation,
  node: ASTNode,
  at: (start: number, end: number) => Range,
  items: Items = {},
): void {
  if (node.op === '.') reportField(c, node, at, items);
  if (node.op === 'rcall' && COMPREHENSIONS.has(node.args[0])) {
    const [, list, [name, ...inside]] = node.args;
    const type = typeOf(c, list, items);
    checkItems(c, list, at, items);
    const within = name?.op === 'id' && type?.type === 'list' ? { ...items, [name.args]: type.of } : items;
    for (const part of inside) checkItems(c, part, at, within);
    return;
  }
  for (const child of childrenOf(node)) checkItems(c, child, at, items);
}

function reportField(
  c: Compilation,
  { args: [receiver, name], end }: ASTNode & { readonly op: '.' },
  at: (start: number, end: number) => Range,
  items: Items,
): void {
  const type = typeOf(c, receiver, items);
  if (type?.type !== 'object' || Object.hasOwn(type.fields, name)) return;
  const fields = Object.keys(type.fields);
  c.report.add('expression-unknown', at(end - name.length, end), `it has no "${name}"`, {
    expected: `one of ${fields.join(', ')}`,
    suggestion: nearest(name, fields),
  });
}

function typeOf(c: Compilation, node: ASTNode, items: Items): ValueType | undefined {
  if (node.op === 'id' && Object.hasOwn(items, node.args)) return items[node.args];
  const path = pathOf(node);
  const declared = path && !Object.hasOwn(items, path[0] ?? '') ? typeAt(c, path) : undefined;
  if (declared) return declared;
  if (node.op === '.') {
    const type = typeOf(c, node.args[0], items);
    return type?.type === 'object' && Object.hasOwn(type.fields, node.args[1]) ? type.fields[node.args[1]] : undefined;
  }
  if (node.op === 'rcall' && node.args[0] === 'filter') return typeOf(c, node.args[1], items);
  const list = node.op === '[]' ? typeOf(c, node.args[0], items) : undefined;
  return list?.type === 'list' ? list.of : undefined;
}
