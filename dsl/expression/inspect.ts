/** What the checker wants to know of a parsed expression beyond its types. */
import type { ASTNode } from '@marcbachmann/cel-js';

export const COMPREHENSIONS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/** How deep `all`, `exists`, `filter`, `map` stand inside one another. */
export function comprehensionDepth(node: ASTNode): number {
  const inside = Math.max(0, ...childrenOf(node).map(comprehensionDepth));
  const isOne = node.op === 'rcall' && COMPREHENSIONS.has(node.args[0]) && node.args[2].length >= 2;
  return inside + (isOne ? 1 : 0);
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

/** `data.order.state` in its parts; undefined for anything else. */
export function pathOf(node: ASTNode): readonly string[] | undefined {
  if (node.op === 'id') return [node.args];
  if (node.op !== '.' && node.op !== '.?') return undefined;
  const [receiver, name] = node.args;
  const path = pathOf(receiver);
  return path && [...path, name];
}
