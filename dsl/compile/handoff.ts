/** `handoff`: people of ours take over. */
import type { SourceStep } from '../schema/source.ts';
import { positionOf, type Compilation } from './compilation.ts';
import { compileDuration } from './durations.ts';
import type { Scope } from './scope.ts';
import { compileWayOrNext } from './ways.ts';

export function compileHandoff(scope: Scope, step: SourceStep): void {
  const { c, layout, state } = scope;
  const { handoff: queue = '' } = step;
  const withinMs = step.within === undefined ? undefined : compileDuration(c, step, 'within');
  const returned = compileWayOrNext(scope, step, 'returned');
  const nobody = compileWayOrNext(scope, step, 'nobody');
  layout.add(state, positionOf(c, step, 'handoff'), (resolve) => ({
    op: 'handoff',
    queue,
    ...(withinMs === undefined ? {} : { withinMs }),
    returned: resolve(returned),
    nobody: resolve(nobody),
  }));
}

/** `within` belongs to a question or a hand-off: to exactly one. */
export function reportLooseWithin({ report, tree }: Compilation, step: SourceStep): void {
  if (step.ask !== undefined && step.handoff !== undefined) {
    const message = '"handoff" can not stand beside "ask": make it a step of its own';
    report.add('keys-exclusive', tree.keyRange(step, 'handoff'), message);
  }
  if (step.within !== undefined && step.ask === undefined && step.handoff === undefined)
    report.add('missing-key', tree.keyRange(step, 'within'), '"within" needs "ask" or "handoff" beside it');
}
