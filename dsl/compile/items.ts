/** Names of fields in lists of objects: CEL's checker takes what is in them for anything. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { nearest } from '../diagnostics/did-you-mean.ts';
import { childrenOf, comprehensionOf } from '../expression/inspect.ts';
import { itemsWithin, typeOf, type Items } from '../expression/item-types.ts';
import type { Range } from '../parse/source-file.ts';
import type { Compilation } from './compilation.ts';
import { typeAt } from './members.ts';

export function checkItems(
  c: Compilation,
  node: ASTNode,
  at: (start: number, end: number) => Range,
  items: Items = {},
): void {
  if (node.op === '.') reportField(c, node, at, items);
  const made = comprehensionOf(node);
  if (!made) {
    for (const child of childrenOf(node)) checkItems(c, child, at, items);
    return;
  }
  checkItems(c, made.list, at, items);
  const within = itemsWithin(made, (path) => typeAt(c, path), items);
  for (const part of made.inside) checkItems(c, part, at, within);
}

function reportField(
  c: Compilation,
  { args: [receiver, name], end }: ASTNode & { readonly op: '.' },
  at: (start: number, end: number) => Range,
  items: Items,
): void {
  const type = typeOf(receiver, (path) => typeAt(c, path), items);
  if (type?.type !== 'object' || Object.hasOwn(type.fields, name)) return;
  const fields = Object.keys(type.fields);
  c.report.add('expression-unknown', at(end - name.length, end), `it has no "${name}"`, {
    expected: `one of ${fields.join(', ')}`,
    suggestion: nearest(name, fields),
  });
}
