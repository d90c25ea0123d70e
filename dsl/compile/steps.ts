import type { SourceStep } from '../schema/source.ts';
import { MAIN } from '../machine.ts';
import { compileBranch } from './branch.ts';
import { compileCall } from './call.ts';
import { positionOf, type Compilation } from './compilation.ts';
import { compileDuration } from './durations.ts';
import { checkBare } from './expressions.ts';
import { Label, Layout } from './layout.ts';
import { compileQuestion } from './question.ts';
import type { Scope } from './scope.ts';
import { compileSimple } from './actions.ts';
import { targetOf } from './ways.ts';

export function compileSteps(c: Compilation): Layout {
  const layout = new Layout();
  const { steps: sources } = c.body;
  const steps = namedSteps(c);
  let fallsThrough = true;
  let after = new Label();
  for (const [index, step] of sources.entries()) {
    const label = step.step === undefined ? undefined : steps.get(step.step);
    if (label) layout.place(label);
    after = new Label();
    fallsThrough = compileStep({ c, layout, state: stateOf(c, step, index), steps, after }, step);
    layout.place(after);
  }
  const last = sources.at(-1);
  if (last && (fallsThrough || after.isUsed)) {
    const index = sources.length - 1;
    layout.add(stateOf(c, last, index), positionOf(c, sources, index), () => ({ op: 'end', outcome: 'completed' }));
  }
  layout.placeBodies();
  return layout;
}

/** What events call the step. */
function stateOf({ flow }: Compilation, step: SourceStep, index: number): string {
  const name = step.step ?? `step-${(index + 1).toString()}`;
  return flow === MAIN ? name : `${flow}/${name}`;
}

function namedSteps(c: Compilation): Map<string, Label> {
  const steps = new Map<string, Label>();
  for (const step of c.body.steps) {
    if (step.step === undefined) continue;
    if (step.step === 'next') {
      c.report.add(
        'wrong-value',
        c.tree.valueRange(step, 'step'),
        '"next" stands for what follows: no step can have this name',
        { expected: 'another name' },
      );
    } else if (steps.has(step.step)) {
      c.report.add('step-taken', c.tree.valueRange(step, 'step'), `another step is named "${step.step}"`);
    } else steps.set(step.step, new Label());
  }
  return steps;
}

/** Keys that say more about another key of the step. */
const DETAILS: ReadonlySet<string> = new Set(['step', 'within', 'replies', 'silence', 'into', 'with', 'outcomes']);

/** True where the step may go on to what follows it. */
function compileStep(scope: Scope, step: SourceStep): boolean {
  const actions = Object.keys(step).filter((key) => !DETAILS.has(key));
  if (actions.length === 0) {
    scope.c.report.add('missing-key', scope.c.tree.keyRange(step, 'step'), 'this step does nothing', {
      expected: 'an action such as say or ask',
    });
  }
  let fallsThrough = true;
  actions.forEach((key, index) => {
    if (!fallsThrough) {
      scope.c.report.add(
        'never-reached',
        scope.c.tree.keyRange(step, key),
        `"${key}" stands after "${actions[index - 1] ?? ''}", so it never happens`,
      );
    }
    const isLast = index === actions.length - 1;
    const after = isLast ? scope.after : new Label();
    fallsThrough = compileAction({ ...scope, after }, step, key);
    if (!isLast) {
      scope.layout.place(after);
      fallsThrough ||= after.isUsed;
    }
  });
  return fallsThrough;
}

function compileAction(scope: Scope, step: SourceStep, key: string): boolean {
  switch (key) {
    case 'ask':
      compileQuestion(scope, step);
      return false;
    case 'delay':
      compileDelay(scope, step);
      return true;
    case 'branch':
      compileBranch(scope, step);
      return false;
    case 'call':
      compileCall(scope, step);
      return false;
    case 'goto':
    case 'end':
      return compileLeave(scope, step, key);
    default:
      compileSimple(scope, step, key);
      return true;
  }
}

function compileLeave(scope: Scope, step: SourceStep, key: 'goto' | 'end'): boolean {
  const { c, layout, state } = scope;
  const position = positionOf(c, step, key);
  if (key === 'end') {
    const outcome = step.end ?? '';
    layout.add(state, position, () => ({ op: 'end', outcome }));
    return false;
  }
  if (step.goto === 'next') return true;
  const target = targetOf(scope, step, step.goto ?? '');
  layout.add(state, position, (resolve) => ({ op: 'goto', to: resolve(target) }));
  return false;
}

function compileDelay({ c, layout, state }: Scope, step: SourceStep): void {
  const { delay } = step;
  const position = positionOf(c, step, 'delay');
  if (!delay) return;
  if (delay.for !== undefined && delay.until !== undefined) {
    c.report.add('keys-exclusive', c.tree.keyRange(delay, 'until'), '"until" can not stand beside "for"');
  }
  if (delay.until !== undefined) {
    const { until } = delay;
    checkBare(c, 'flow', delay, 'until', { types: ['google.protobuf.Timestamp'], called: 'a time' });
    layout.add(state, position, () => ({ op: 'delay', until }));
  } else {
    const forMs = compileDuration(c, delay, 'for');
    layout.add(state, position, () => ({ op: 'delay', forMs }));
  }
}
