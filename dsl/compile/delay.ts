import type { DelayNode } from '../machine/nodes.ts';
import type { SourceDelay, SourceStep } from '../schema/source.ts';
import { positionOf, type Compilation } from './compilation.ts';
import { compileDailyTime } from './daily-time.ts';
import { compileDuration } from './durations.ts';
import { checkBare } from './expressions.ts';
import type { Scope } from './scope.ts';

const KINDS = ['for', 'until', 'at'] as const;

export function compileDelay({ c, layout, state }: Scope, step: SourceStep): void {
  const { delay } = step;
  if (!delay) return;
  const [first, second] = KINDS.filter((kind) => delay[kind] !== undefined);
  if (first !== undefined && second !== undefined) {
    c.report.add('keys-exclusive', c.tree.keyRange(delay, second), `"${second}" can not stand beside "${first}"`);
  }
  const length = lengthOf(c, delay);
  layout.add(state, positionOf(c, step, 'delay'), () => ({ op: 'delay', ...length }));
}

function lengthOf(c: Compilation, delay: SourceDelay): Pick<DelayNode, 'at' | 'until' | 'forMs'> {
  const { until, at } = delay;
  if (until !== undefined) {
    checkBare(c, 'flow', delay, 'until', { types: ['google.protobuf.Timestamp'], called: 'a time' });
    return { until };
  }
  if (at === undefined) return { forMs: compileDuration(c, delay, 'for') };
  return { at: compileDailyTime(c, delay) };
}
