/** Comparisons with a text that the value can never be. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { nearest } from '../diagnostics/did-you-mean.ts';
import { childrenOf, pathOf } from '../expression/inspect.ts';
import type { Range } from '../parse/source-file.ts';
import type { Compilation } from './compilation.ts';
import { typeAt } from './members.ts';

export function checkEnums(c: Compilation, node: ASTNode, at: (start: number, end: number) => Range): void {
  for (const child of childrenOf(node)) checkEnums(c, child, at);
  if (node.op === '==' || node.op === '!=') {
    const [left, right] = node.args;
    compare(c, left, right, at);
    compare(c, right, left, at);
  } else if (node.op === 'in') {
    const [value, list] = node.args;
    if (list.op === 'list') for (const item of list.args) compare(c, value, item, at);
  }
}

function compare(c: Compilation, value: ASTNode, literal: ASTNode, at: (start: number, end: number) => Range): void {
  if (literal.op !== 'value' || typeof literal.args !== 'string') return;
  const type = typeAt(c, pathOf(value) ?? []);
  if (type?.type !== 'text' || !type.enum || type.enum.includes(literal.args)) return;
  c.report.add('expression-type', at(literal.start, literal.end), `it is never "${literal.args}"`, {
    expected: `one of ${type.enum.join(', ')}`,
    suggestion: nearest(literal.args, type.enum),
  });
}
