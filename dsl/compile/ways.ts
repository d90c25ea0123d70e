/** Ways out of a question or branch: what happens on them, and where they lead. */
import { nearest } from '../diagnostics/did-you-mean.ts';
import type { Choice } from '../machine/message.ts';
import type { SourceWay } from '../schema/source.ts';
import { compileSimple } from './actions.ts';
import { compileCall } from './call.ts';
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

/** Whether a way names where it leads. */
export function leaves(way: SourceWay): boolean {
  return way.goto !== undefined || way.end !== undefined || way.call !== undefined;
}

export function reportNoExit(c: Compilation, way: SourceWay, key: string): void {
  if (leaves(way)) return;
  c.report.add('exit-missing', c.tree.keyRange(way, key), `this "${key}" does not say where it goes`, {
    expected: 'goto: STEP, goto: next, end: OUTCOME or call: SNIPPET',
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
  const actions = keys.filter(isAction);
  const exit = keys.find(isExit);
  reportExits(c, way, keys);
  if (actions.length === 0 && (exit === undefined || exit === 'goto') && !options.finish && !scope.isAside)
    return exit === 'goto' ? targetOf(scope, way, way.goto ?? '') : use(scope.after);
  const label = new Label();
  layout.defer(() => {
    layout.place(label);
    for (const key of actions) compileSimple(scope, way, key, options.choices);
    const position = exit === undefined ? undefined : positionOf(c, way, exit);
    if (scope.isAside && (exit === 'end' || (exit === 'goto' && way.goto !== 'next')))
      layout.add(state, position ?? NOWHERE, () => ({ op: 'leave' }));
    if (exit === 'call') compileCall(scope, way);
    else if (exit === 'end') layout.add(state, position ?? NOWHERE, () => ({ op: 'end', outcome: way.end ?? '' }));
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

function isAction(key: string): boolean {
  return key === 'say' || key === 'set' || key === 'emit' || key === 'update';
}

const EXITS = ['goto', 'end', 'call'] as const;

function isExit(key: string): key is (typeof EXITS)[number] {
  return (EXITS as readonly string[]).includes(key);
}

function reportExits(c: Compilation, way: SourceWay, keys: readonly string[]): void {
  const [first, second] = keys.filter(isExit);
  if (first !== undefined && second !== undefined) {
    c.report.add('keys-exclusive', c.tree.keyRange(way, second), `"${second}" can not stand beside "${first}"`);
    return;
  }
  const exit = keys.findIndex(isExit);
  const late = exit < 0 ? undefined : keys.slice(exit + 1).find(isAction);
  if (late !== undefined)
    c.report.add(
      'never-reached',
      c.tree.keyRange(way, late),
      `"${late}" stands after "${keys[exit] ?? ''}", so it never happens`,
    );
}

/** A way that may be just `next`; reports where it names no exit. `otherwise` goes on: so things go mostly. */
export function compileWayOrNext(scope: Scope, container: object, key: string): Label {
  const way = (container as Readonly<Record<string, 'next' | SourceWay>>)[key] ?? 'next';
  if (way === 'next') return use(scope.after);
  if (key !== 'otherwise' && !leaves(way)) {
    scope.c.report.add('exit-missing', scope.c.tree.keyRange(container, key), `"${key}" does not say where it goes`, {
      expected: 'next, or goto, end or call inside',
    });
  }
  return compileWay(scope, way);
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
