import type { SourceStep } from '../schema/source.ts';
import { positionOf } from './compilation.ts';
import type { Scope } from './scope.ts';
import { compileWay, reportNoExit } from './ways.ts';

const ALL_SHARES = 100;

export function compileSplit(scope: Scope, step: SourceStep): void {
  const { c, layout, state } = scope;
  const entries = step.split ?? [];
  const sum = entries.reduce((total, { share }) => total + share, 0);
  if (sum !== ALL_SHARES) {
    c.report.add('shares-incomplete', c.tree.keyRange(step, 'split'), `the shares make ${sum}`, {
      expected: 'shares that make 100',
    });
  }
  const shares = entries.map((entry, index) => {
    reportNoExit(c, entry, 'share');
    return { share: entry.share, to: compileWay(scope, entry), ...positionOf(c, entries, index) };
  });
  layout.add(state, positionOf(c, step, 'split'), (resolve) => ({
    op: 'split',
    shares: shares.map((share) => ({ ...share, to: resolve(share.to) })),
  }));
}
