import type { DelayNode } from '../machine.ts';
import type { SourceDelay, SourceStep } from '../schema/source.ts';
import { parseDays } from '../text/days.ts';
import { parseTimeOfDay } from '../text/local-time.ts';
import { positionOf, type Compilation } from './compilation.ts';
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
  const minutes = parseTimeOfDay(at);
  if (minutes === undefined) {
    c.report.add('wrong-value', c.tree.valueRange(delay, 'at'), `"${at}" is no time of day`, {
      expected: 'hours and minutes such as "09:00" or "17:30"',
    });
  }
  const days = delay.days === undefined ? undefined : parseDays(delay.days);
  if (delay.days !== undefined && days === undefined) {
    c.report.add('wrong-value', c.tree.valueRange(delay, 'days'), `"${delay.days}" names no days`, {
      expected: 'days such as mon-fri, or sat,sun',
    });
  }
  return { at: { minutes: minutes ?? 0, ...(days ? { days } : {}) } };
}
