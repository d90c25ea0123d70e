/** One flow: its steps, and what may happen at any of them. */
import { nearest } from '../diagnostics/did-you-mean.ts';
import type { Flow } from '../machine/flow.ts';
import { MAIN } from '../machine/machine.ts';
import type { SourceWay } from '../schema/source.ts';
import { positionOf, type Compilation } from './compilation.ts';
import { compileSources } from './data-sources.ts';
import { compileInterrupts, reportOverlaps } from './interrupts.ts';
import { Label, Layout } from './layout.ts';
import { compileSteps } from './steps.ts';
import { compileWay } from './ways.ts';

export function compileFlow(c: Compilation, returns: readonly string[] = []): Flow {
  reportReturns(c, returns);
  const layout = new Layout();
  const steps = compileSteps(c, layout);
  const interrupts = compileInterrupts(c, layout, steps);
  const { failed, expired } = c.flow === MAIN ? c.source : {};
  const lastWords = (key: 'failed' | 'expired', way: SourceWay): Label => {
    const scope = { c, layout, state: key, steps, after: new Label(), isAside: true };
    const label = compileWay(scope, way);
    layout.defer(() => {
      layout.place(scope.after);
      layout.add(key, positionOf(c, c.source, key), () => ({ op: 'fail' }));
    });
    return label;
  };
  const whenFailed = failed && lastWords('failed', failed);
  const whenExpired = expired && lastWords('expired', expired);
  layout.placeBodies();
  const indexOf = ({ index = 0 }: Label): number => index;
  const flow: Flow = {
    inputs: c.inputs,
    vars: c.vars,
    returns,
    ...(c.units.isFirst(c.unit) ? {} : { file: c.report.source.path }),
    nodes: layout.resolve(),
    sources: compileSources(c),
    interrupts: interrupts.entries.map((entry) => ({ ...entry, to: indexOf(entry.to) })),
    interruptWords: interrupts.words,
    ...(whenFailed ? { failed: indexOf(whenFailed) } : {}),
    ...(whenExpired ? { expired: indexOf(whenExpired) } : {}),
  };
  reportOverlaps(c, flow);
  return flow;
}

function reportReturns(c: Compilation, returns: readonly string[]): void {
  for (const [index, name] of returns.entries()) {
    if (c.vars[name]) continue;
    c.report.add('variable-unknown', c.tree.valueRange(returns, index), `"${name}" is not among the vars`, {
      suggestion: nearest(name, Object.keys(c.vars)),
    });
  }
}
