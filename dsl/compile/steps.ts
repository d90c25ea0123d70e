import type { SourceStep } from '../schema/source.ts';
import { MAIN } from '../machine/machine.ts';
import { compileBranch } from './branch.ts';
import { compileCall } from './call.ts';
import { positionOf, type Compilation } from './compilation.ts';
import { compileDelay } from './delay.ts';
import { checkBare } from './expressions.ts';
import { compileFetch } from './data-sources.ts';
import { compileHandoff } from './handoff.ts';
import { Label, use, type Layout } from './layout.ts';
import { compileListen } from './listen.ts';
import { compileQuestion } from './question.ts';
import type { Scope } from './scope.ts';
import { compileSimple } from './actions.ts';
import { compileSplit } from './split.ts';
import { reportWaits } from './waits.ts';
import { compileWayOrNext, targetOf } from './ways.ts';

/** The steps of a flow, one after the other. After the last it ends as `completed`. */
export function compileSteps(c: Compilation, layout: Layout): ReadonlyMap<string, Label> {
  const sources = c.body.steps;
  const steps = new Map<string, Label>();
  nameSteps(c, sources, steps);
  const prefix = c.flow === MAIN ? '' : `${c.flow}/`;
  const after = new Label();
  const fallsThrough = compileSequence({ c, layout, state: '', steps, after }, sources, prefix);
  const index = sources.length - 1;
  const last = sources[index];
  const placeEnd = (): void => {
    if (after.index !== undefined || !last) return;
    layout.place(after);
    layout.add(stateOf(prefix, last, index), positionOf(c, sources, index), () => ({
      op: 'end',
      outcome: 'completed',
    }));
  };
  if (fallsThrough || after.isUsed) placeEnd();
  else {
    // What a way of the last step does may lead to the end as well.
    layout.deferToEnd(() => {
      if (after.isUsed) placeEnd();
    });
  }
  return steps;
}

/** True where it may go on to what follows it: `scope.after`, which the caller places. */
function compileSequence(scope: Scope, sources: readonly SourceStep[], prefix: string): boolean {
  const { layout, steps } = scope;
  let fallsThrough = true;
  for (const [index, step] of sources.entries()) {
    const label = step.step === undefined ? undefined : steps.get(step.step);
    if (label) layout.place(label);
    const isLast = index === sources.length - 1;
    const after = isLast ? scope.after : new Label();
    fallsThrough = compileStep({ ...scope, state: stateOf(prefix, step, index), after }, step);
    if (!isLast) layout.place(after);
  }
  return fallsThrough;
}

/** What events call the step. */
function stateOf(prefix: string, step: SourceStep, index: number): string {
  return `${prefix}${step.step ?? `step-${(index + 1).toString()}`}`;
}

/** Those inside a `repeat` too: a name is unique in its flow. */
function nameSteps(c: Compilation, sources: readonly SourceStep[], steps: Map<string, Label>): void {
  for (const step of sources) {
    if (step.repeat) nameSteps(c, step.repeat.steps, steps);
    if (step.step === undefined) continue;
    const nth = Number(/^step-([1-9]\d*)$/.exec(step.step)?.[1] ?? 0);
    const unnamed = sources[nth - 1];
    if (unnamed && unnamed.step === undefined) {
      const message = `the step at place ${nth} has no name, so that events call it "${step.step}" already`;
      c.report.add('step-taken', c.tree.valueRange(step, 'step'), message);
    }
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
}

/** Keys that say more about another key of the step. */
const DETAILS: ReadonlySet<string> = new Set([
  'step',
  'within',
  'replies',
  'silence',
  'into',
  'check',
  'typos',
  'from',
  'with',
  'outcomes',
  'failed',
  'returned',
  'nobody',
]);

/** True where the step may go on to what follows it. */
function compileStep(scope: Scope, step: SourceStep): boolean {
  const actions = Object.keys(step).filter((key) => !DETAILS.has(key));
  if (actions.length === 0) {
    scope.c.report.add('missing-key', scope.c.tree.keyRange(step, 'step'), 'this step does nothing', {
      expected: 'an action such as say or ask',
    });
  }
  reportWaits(scope.c, step);
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
    case 'listen':
      compileListen(scope, step);
      return false;
    case 'branch':
      compileBranch(scope, step);
      return false;
    case 'call':
      compileCall(scope, step);
      return false;
    case 'fetch':
      compileFetch(scope, step);
      return true;
    case 'handoff':
      compileHandoff(scope, step);
      return false;
    case 'split':
      compileSplit(scope, step);
      return false;
    case 'repeat':
      compileRepeat(scope, step);
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

/** Counts from none, then round after round: test, steps, and back. */
function compileRepeat(scope: Scope, step: SourceStep): void {
  const { c, layout, state } = scope;
  const { repeat } = step;
  if (!repeat) return;
  const position = positionOf(c, step, 'repeat');
  if (repeat.while !== undefined) checkBare(c, 'flow', repeat, 'while', { types: ['bool'], called: 'true or false' });
  const { most, while: condition } = repeat;
  const loop = new Label();
  const done = use(scope.after);
  const exhausted = compileWayOrNext(scope, repeat, 'exhausted');
  layout.add(state, position, () => ({ op: 'begin-loop' }));
  layout.place(loop);
  layout.add(state, position, (resolve) => ({
    op: 'loop',
    most,
    ...(condition === undefined ? {} : { while: condition }),
    done: resolve(done),
    exhausted: resolve(exhausted),
  }));
  const round = new Label();
  compileSequence({ ...scope, after: round }, repeat.steps, `${state}.`);
  layout.place(round);
  layout.add(state, position, (resolve) => ({ op: 'goto', to: resolve(loop) }));
}
