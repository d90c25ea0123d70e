/** Ways out of a question or branch: what happens on them, and where they lead. */
import { nearest } from '../diagnostics/did-you-mean.ts';
import type { Choice } from '../machine.ts';
import type { SourceExit, SourceWay } from '../schema/source.ts';
import { compileSimple } from './actions.ts';
import { positionOf, type Compilation } from './compilation.ts';
import { Label, use, type Layout } from './layout.ts';
import type { Scope } from './scope.ts';

/** `otherwise` holds its own actions: nothing stands beside it. */
export function reportOthers(c: Compilation, entry: object, key: string): void {
  for (const other of Object.keys(entry)) {
    if (other !== key)
      c.report.add(
        'keys-exclusive',
        c.tree.keyRange(entry, other),
        `"${other}" can not stand beside "${key}": put it inside`,
      );
  }
}

export function reportNoExit(c: Compilation, way: SourceWay, key: string): void {
  if (way.goto !== undefined || way.end !== undefined) return;
  c.report.add('exit-missing', c.tree.keyRange(way, key), `this "${key}" does not say where it goes`, {
    expected: 'goto: STEP, goto: next or end: OUTCOME',
  });
}

export interface WayOptions {
  readonly choices?: readonly Choice[] | undefined;
  /** What happens at the end of a way that names no exit; without it, `next`. */
  readonly finish?: ((layout: Layout) => void) | undefined;
}

/** What stands in a reply, case or silence: its actions in order, then its exit. */
export function compileWay(scope: Scope, way: SourceWay, options: WayOptions = {}): Label {
  const { c, layout, state } = scope;
  const keys = Object.keys(way);
  const actions = keys.filter((key) => key === 'say' || key === 'set' || key === 'emit');
  const exit = keys.find((key): key is 'goto' | 'end' => key === 'goto' || key === 'end');
  reportExits(c, way, keys);
  if (actions.length === 0 && exit !== 'end' && !options.finish)
    return exit === 'goto' ? targetOf(scope, way, way.goto ?? '') : use(scope.after);
  const label = new Label();
  layout.defer(() => {
    layout.place(label);
    for (const key of actions) compileSimple(scope, way, key, options.choices);
    const position = exit === undefined ? undefined : positionOf(c, way, exit);
    if (exit === 'end') layout.add(state, position ?? NOWHERE, () => ({ op: 'end', outcome: way.end ?? '' }));
    else if (exit === undefined && options.finish) options.finish(layout);
    else {
      const target = exit === 'goto' ? targetOf(scope, way, way.goto ?? '') : use(scope.after);
      layout.add(state, position ?? positionOf(c, way, keys[0] ?? ''), (resolve) => ({
        op: 'goto',
        to: resolve(target),
      }));
    }
  });
  return label;
}

const NOWHERE = { line: 1, column: 1 };

function reportExits(c: Compilation, way: SourceWay, keys: readonly string[]): void {
  if (way.goto !== undefined && way.end !== undefined) {
    const second = keys.indexOf('goto') < keys.indexOf('end') ? 'end' : 'goto';
    c.report.add(
      'keys-exclusive',
      c.tree.keyRange(way, second),
      `"${second}" can not stand beside "${second === 'end' ? 'goto' : 'end'}"`,
    );
    return;
  }
  const exit = keys.findIndex((key) => key === 'goto' || key === 'end');
  const late =
    exit < 0 ? undefined : keys.slice(exit + 1).find((key) => key === 'say' || key === 'set' || key === 'emit');
  if (late !== undefined)
    c.report.add(
      'never-reached',
      c.tree.keyRange(way, late),
      `"${late}" stands after "${keys[exit] ?? ''}", so it never happens`,
    );
}

export function compileExit(scope: Scope, container: object, key: string, exit: SourceExit): Label {
  return exit === 'next' ? use(scope.after) : compileWayOrReport(scope, container, key, exit);
}

function compileWayOrReport(scope: Scope, container: object, key: string, exit: Exclude<SourceExit, 'next'>): Label {
  if (exit.goto === undefined && exit.end === undefined)
    scope.c.report.add('exit-missing', scope.c.tree.keyRange(container, key), `"${key}" does not say where it goes`);
  return compileWay(scope, exit);
}

export function targetOf(scope: Scope, container: object, name: string): Label {
  if (name === 'next') return use(scope.after);
  const label = scope.steps.get(name);
  if (label) return use(label);
  const { c } = scope;
  const known = [...scope.steps.keys()];
  c.report.add('step-unknown', c.tree.valueRange(container, 'goto'), `there is no step "${name}"`, {
    expected: known.length === 0 ? 'next; no step has a name' : `next, or one of ${known.join(', ')}`,
    suggestion: nearest(name, known),
  });
  return scope.after;
}
