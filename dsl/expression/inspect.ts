/** What the checker wants to know of a parsed expression beyond its types. */
import type { ASTNode } from '@marcbachmann/cel-js';

const COMPREHENSIONS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/** `list.exists(item, inside)` and its like; `map` may have two parts inside, of which the first chooses. */
export interface Comprehension {
  readonly name: string;
  readonly list: ASTNode;
  readonly item: string;
  readonly inside: readonly ASTNode[];
}

/** Undefined for anything else. */
export function comprehensionOf(node: ASTNode): Comprehension | undefined {
  if (node.op !== 'rcall' || !COMPREHENSIONS.has(node.args[0])) return undefined;
  const [name, list, [item, ...inside]] = node.args;
  return item?.op === 'id' && inside.length > 0 ? { name, list, item: item.args, inside } : undefined;
}

/** How deep `all`, `exists`, `filter`, `map` stand inside one another. */
export function comprehensionDepth(node: ASTNode): number {
  const inside = Math.max(0, ...childrenOf(node).map(comprehensionDepth));
  return inside + (comprehensionOf(node) ? 1 : 0);
}

/** Calls of a method or function by this name, with what they are given; the receiver of a method is none of these. */
export function callsOf(
  node: ASTNode,
  name: string,
): readonly { readonly node: ASTNode; readonly given: readonly ASTNode[] }[] {
  const inside = childrenOf(node).flatMap((child) => callsOf(child, name));
  if (node.op === 'rcall' && node.args[0] === name) return [{ node, given: node.args[2] }, ...inside];
  if (node.op === 'call' && node.args[0] === name) return [{ node, given: node.args[1] }, ...inside];
  return inside;
}

export interface TimePattern {
  readonly pattern: string;
  readonly start: number;
  readonly end: number;
}

/** Literal arguments of `format(…)`. */
export function timePatterns(node: ASTNode): readonly TimePattern[] {
  const inside = childrenOf(node).flatMap(timePatterns);
  if (node.op !== 'rcall' || node.args[0] !== 'format') return inside;
  const [argument] = node.args[2];
  if (argument?.op !== 'value' || typeof argument.args !== 'string') return inside;
  return [{ pattern: argument.args, start: argument.start, end: argument.end }, ...inside];
}

/** What stands directly inside. */
export function childrenOf(node: ASTNode): readonly ASTNode[] {
  const found: ASTNode[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === 'object' && value !== null && 'op' in value && 'args' in value)
      found.push(value as ASTNode);
  };
  collect(node.args);
  return found;
}

/** `data.order.state` in its parts, also if written `data.order["state"]`; undefined for anything else. */
export function pathOf(node: ASTNode): readonly string[] | undefined {
  if (node.op === 'id') return [node.args];
  if (node.op !== '.' && node.op !== '.?' && node.op !== '[]') return undefined;
  const [receiver, part] = node.args;
  const name = typeof part === 'string' ? part : part.op === 'value' ? part.args : undefined;
  const path = typeof name === 'string' ? pathOf(receiver) : undefined;
  return path && typeof name === 'string' ? [...path, name] : undefined;
}
