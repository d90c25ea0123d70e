/** Conditions of which the first that holds is taken. */
import { childrenOf } from '../expression/inspect.ts';
import { parseExpression } from '../expression/parse.ts';
import type { Key } from '../parse/tree.ts';
import type { Compilation } from './compilation.ts';

/** Tells those that never are: one before them has the same condition, or one that always holds. */
export class Alternatives {
  private readonly c: Compilation;
  private readonly conditions = new Set<string>();
  private isDecided = false;

  constructor(c: Compilation) {
    this.c = c;
  }

  /** The next in order; without a condition it is always taken. `called`: what stands there. */
  add(container: object, key: Key, called: string, condition?: string): void {
    const isKnown = condition !== undefined && this.conditions.has(condition);
    if (this.isDecided || isKnown) {
      const before = this.isDecided ? 'one before it is always taken' : 'one before it has the same condition';
      const message = `${called} is never taken: ${before}`;
      this.c.report.add('never-reached', this.c.tree.keyRange(container, key), message, { severity: 'warning' });
    }
    if (condition === undefined) this.isDecided = true;
    else {
      this.conditions.add(condition);
      this.isDecided ||= alwaysHolds(this.c, condition);
    }
  }
}

/** It reads nothing, and gives true. What is wrong with it is told where it is checked. */
function alwaysHolds(c: Compilation, condition: string): boolean {
  try {
    const parsed = parseExpression(c.environments.flow, condition);
    return !readsSomething(parsed.ast) && parsed() === true;
  } catch {
    return false;
  }
}

function readsSomething(node: Parameters<typeof childrenOf>[0]): boolean {
  return node.op === 'id' || childrenOf(node).some(readsSomething);
}
