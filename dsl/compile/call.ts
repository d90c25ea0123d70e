/** `call` with `with` and `outcomes`, wherever it stands. */
import { nearest } from '../diagnostics/did-you-mean.ts';
import type { SourceCall } from '../schema/source.ts';
import { positionOf, reportAmbiguous, withLocals, type Compilation } from './compilation.ts';
import { resultTypeOf, type Callee, type CompiledFlow } from './flows.ts';
import { compileInputsOf } from './inputs.ts';
import type { Label } from './layout.ts';
import type { Scope } from './scope.ts';
import { compileWayOrNext } from './ways.ts';

/** Lays the call out; `next` in its outcomes is `scope.after`. */
export function compileCall(scope: Scope, source: SourceCall): void {
  const { c, layout, state } = scope;
  const { call: name = '' } = source;
  const callee = c.flows.callee(c.unit, name);
  if (typeof callee === 'string') {
    reportCallee(c, source, name, callee);
    return;
  }
  const given = compileInputsOf(c, source, 'call', callee.name, callee.flow.inputs);
  const ways = compileOutcomes(scope, source, callee);
  const { otherwise } = ways;
  layout.add(state, positionOf(c, source, 'call'), (resolve) => ({
    op: 'call',
    flow: callee.name,
    with: given,
    outcomes: Object.fromEntries(
      Object.entries(ways).flatMap(([outcome, label]) => (outcome === 'otherwise' ? [] : [[outcome, resolve(label)]])),
    ),
    ...(otherwise ? { otherwise: resolve(otherwise) } : {}),
  }));
}

function reportCallee(c: Compilation, source: SourceCall, name: string, problem: Callee & string): void {
  const range = c.tree.valueRange(source, 'call');
  if (problem === 'recursive') {
    c.report.add('call-recursive', range, `"${name}" calls itself, directly or through others`);
    return;
  }
  if (problem === 'ambiguous') {
    reportAmbiguous(c, range, name);
    return;
  }
  const names = c.flows.names(c.unit);
  c.report.add('snippet-unknown', range, `there is no snippet "${name}"`, {
    expected: names.length === 0 ? 'a name among "snippets"; there is none' : `one of ${names.join(', ')}`,
    suggestion: nearest(name, names),
  });
}

function compileOutcomes(scope: Scope, source: SourceCall, callee: CompiledFlow): Record<string, Label> {
  const { c } = scope;
  const outcomes = source.outcomes ?? {};
  const inner = { ...scope, c: withLocals(c, { result: resultTypeOf(callee.flow) }) };
  const ways: Record<string, Label> = {};
  for (const outcome of Object.keys(outcomes)) {
    ways[outcome] = compileWayOrNext(inner, outcomes, outcome);
    if (outcome === 'otherwise' || callee.outcomes.includes(outcome)) continue;
    c.report.add('outcome-unknown', c.tree.keyRange(outcomes, outcome), `"${callee.name}" never ends so`, {
      expected: `one of ${callee.outcomes.join(', ')}`,
      suggestion: nearest(outcome, callee.outcomes),
    });
  }
  const missing = callee.outcomes.filter((outcome) => !Object.hasOwn(outcomes, outcome));
  if (missing.length > 0 && !Object.hasOwn(outcomes, 'otherwise')) {
    c.report.add(
      'outcome-missing',
      c.tree.keyRange(source, 'outcomes'),
      `nothing says what happens where "${callee.name}" ends as ${missing.join(', ')}`,
      { expected: `${missing.join(', ')} or otherwise` },
    );
  }
  return ways;
}
