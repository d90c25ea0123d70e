/** What is declared of items of lists: CEL's checker takes what is in a list of objects for anything. */
import type { ASTNode } from '@marcbachmann/cel-js';
import type { ValueType } from '../machine/value-types.ts';
import { comprehensionOf, pathOf } from './inspect.ts';

/** Of what `exists`, `filter` and their like name for each item. */
export type Items = Readonly<Record<string, ValueType>>;

type Declared = (path: readonly string[]) => ValueType | undefined;

/** Of the value of an expression that takes it out of others; undefined where nothing is declared of it. */
export function typeOf(node: ASTNode, declared: Declared, items: Items = {}): ValueType | undefined {
  if (node.op === 'id' && Object.hasOwn(items, node.args)) return items[node.args];
  const path = pathOf(node);
  const known = path && !Object.hasOwn(items, path[0] ?? '') ? declared(path) : undefined;
  if (known) return known;
  if (node.op === '.') {
    const type = typeOf(node.args[0], declared, items);
    return type?.type === 'object' && Object.hasOwn(type.fields, node.args[1]) ? type.fields[node.args[1]] : undefined;
  }
  const made = comprehensionOf(node);
  if (made?.name === 'filter') return typeOf(made.list, declared, items);
  if (made?.name === 'map') {
    const last = made.inside.at(-1);
    const of = last && typeOf(last, declared, itemsWithin(made, declared, items));
    return of && { type: 'list', of };
  }
  const list = node.op === '[]' ? typeOf(node.args[0], declared, items) : undefined;
  return list?.type === 'list' ? list.of : undefined;
}

/** With the one that the comprehension names; what is not known of it hides an outer one of its name all the same. */
export function itemsWithin(
  { list, item }: { readonly list: ASTNode; readonly item: string },
  declared: Declared,
  items: Items,
): Items {
  const type = typeOf(list, declared, items);
  const others = Object.fromEntries(Object.entries(items).filter(([name]) => name !== item));
  return type?.type === 'list' ? { ...others, [item]: type.of } : others;
}
