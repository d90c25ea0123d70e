/** Calls that are written out and always fail, such as `date('2026-13-01')`. */
import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import { childrenOf } from '../expression/inspect.ts';
import { parseExpression } from '../expression/parse.ts';
import type { Range } from '../parse/source-file.ts';
import { parseTimeOfDay } from '../text/local-time.ts';
import { isCurrency } from '../text/money.ts';
import type { Compilation } from './compilation.ts';

export function checkConstants(
  c: Compilation,
  environment: Environment,
  node: ASTNode,
  at: (start: number, end: number) => Range,
): void {
  const before = c.report.count;
  for (const child of childrenOf(node)) checkConstants(c, environment, child, at);
  if (c.report.count > before) return;
  const problem = problemOf(environment, node);
  if (problem !== undefined) c.report.add('expression-type', at(node.start, node.end), `this always fails: ${problem}`);
}

function problemOf(environment: Environment, node: ASTNode): string | undefined {
  if ((node.op === '/' || node.op === '%') && isZero(node.args[1])) return 'it divides by zero';
  if (node.op === 'rcall' && node.args[0] === 'at') {
    const time = textOf(node.args[2][0]);
    if (time !== undefined && parseTimeOfDay(time) === undefined) return `"${time}" is no time of day such as 09:00`;
  }
  if (node.op !== 'call') return undefined;
  const [name, given] = node.args;
  const currency = name === 'money' ? textOf(given[1]) : undefined;
  if (currency !== undefined && !isCurrency(currency)) return `"${currency}" is no currency such as EUR`;
  return given.length > 0 && given.every(({ op }) => op === 'value') ? failureOf(environment, node) : undefined;
}

function isZero(node: ASTNode): boolean {
  return node.op === 'value' && node.args === 0n;
}

function textOf(node: ASTNode | undefined): string | undefined {
  return node?.op === 'value' && typeof node.args === 'string' ? node.args : undefined;
}

/** It sees nothing but what is written, so it always gives the same. */
function failureOf(environment: Environment, { input, start, end }: ASTNode): string | undefined {
  try {
    parseExpression(environment, input.slice(start, end))({});
    return undefined;
  } catch (error) {
    return error instanceof Error ? ((error as { summary?: string }).summary ?? error.message) : String(error);
  }
}
