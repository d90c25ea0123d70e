/** `{ }` and `[ ]` stay where they fit into a line; what does not is written out, one entry a line. */
import {
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  Scalar,
  visit,
  type Node as YamlNode,
  type Pair,
} from 'yaml';
import { printScalar } from './scalar.ts';

/** Characters of a line: two files fit side by side on a screen. */
export const MAX_LINE_WIDTH = 120;

/** Containers that stay on one line, as the text that they are printed as. */
export type OneLiners = WeakMap<object, string>;

/** `column`: where the text of the container begins. */
export function settleLines(node: unknown, source: string, column: number, oneLiners: OneLiners): void {
  if (!isCollection(node)) return;
  node.items.forEach((item, index) => {
    if (isPair(item)) {
      const before = column + inline(item.key, source).length + 2;
      item.value = settled(item.value, before, column + 2);
    } else node.items[index] = settled(item, column + 2, column + 2);
  });

  function settled(value: unknown, from: number, indentation: number): unknown {
    if (!isCollection(value)) return value;
    if ((value.flow || value.items.length === 0) && isSimple(value, source, from)) {
      const { comment, commentBefore, spaceBefore } = value;
      const scalar = Object.assign(new Scalar(null), { comment, commentBefore, spaceBefore });
      oneLiners.set(scalar, inline(value, source));
      return scalar;
    }
    value.flow = false;
    settleLines(value, source, indentation, oneLiners);
    return value;
  }
}

function isSimple(value: YamlNode, source: string, column: number): boolean {
  if (column + inline(value, source).length > MAX_LINE_WIDTH) return false;
  let simple = true;
  visit(value, {
    Node(_key, node) {
      if (node === value) return undefined;
      const isLong = isScalar(node) && inline(node, source).includes('\n');
      if (!isLong && node.comment == null && node.commentBefore == null) return undefined;
      simple = false;
      return visit.BREAK;
    },
  });
  return simple;
}

/** A value on one line. */
export function inline(node: unknown, source: string): string {
  if (isScalar(node)) return printScalar(node, source, '', true) ?? '';
  if (!isNode(node) || !isCollection(node) || node.items.length === 0) return isSeq(node) ? '[]' : '{}';
  const items = node.items.map((item) => (isPair(item) ? inlinePair(item, source) : inline(item, source))).join(', ');
  return isMap(node) ? `{ ${items} }` : `[${items}]`;
}

function inlinePair({ key, value }: Pair, source: string): string {
  return `${inline(key, source)}: ${inline(value, source)}`;
}
