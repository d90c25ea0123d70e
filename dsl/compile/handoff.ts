/** `handoff`: people of ours take over. */
import type { SourceStep } from '../schema/source.ts';
import { positionOf } from './compilation.ts';
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
