import type { Position } from '../machine/position.ts';
import type { SourceCase, SourceStep } from '../schema/source.ts';
import { Alternatives } from './alternatives.ts';
import { positionOf } from './compilation.ts';
import { checkBare } from './expressions.ts';
import type { Label } from './layout.ts';
import type { Scope } from './scope.ts';
import { compileWay, compileWayOrNext, reportNoExit, reportOthers } from './ways.ts';

export function compileBranch(scope: Scope, step: SourceStep): void {
  const { c, layout, state } = scope;
  const entries = step.branch ?? [];
  const position = positionOf(c, step, 'branch');
  const cases: ({ when: string; to: Label } & Position)[] = [];
  const alternatives = new Alternatives(c);
  let otherwise: Label | undefined;
  entries.forEach((entry, index) => {
    const place = positionOf(c, entries, index);
    if (entry.otherwise !== undefined) {
      if (index < entries.length - 1)
        c.report.add(
          'otherwise-not-last',
          c.tree.keyRange(entry, 'otherwise'),
          '"otherwise" stands before other cases',
        );
      alternatives.add(entry, 'otherwise', '"otherwise"');
      otherwise = compileOtherwise(scope, entry);
    } else if (entry.when === undefined) {
      c.report.add('missing-key', c.tree.keyRange(entries, index), 'this case needs "when" or "otherwise"');
    } else {
      checkBare(c, 'flow', entry, 'when', { types: ['bool'], called: 'true or false' });
      alternatives.add(entry, 'when', 'this case', entry.when);
      reportNoExit(c, entry, 'when');
      cases.push({ when: entry.when, to: compileWay(scope, entry), ...place });
    }
  });
  if (!otherwise) {
    c.report.add('otherwise-missing', c.tree.keyRange(step, 'branch'), 'nothing says where to go if no case holds', {
      expected: '- otherwise: next',
    });
  }
  const last = otherwise ?? scope.after;
  layout.add(state, position, (resolve) => ({
    op: 'branch',
    cases: cases.map((one) => ({ ...one, to: resolve(one.to) })),
    otherwise: resolve(last),
  }));
}

function compileOtherwise(scope: Scope, entry: SourceCase): Label {
  reportOthers(scope.c, entry, 'otherwise');
  return compileWayOrNext(scope, entry, 'otherwise');
}
