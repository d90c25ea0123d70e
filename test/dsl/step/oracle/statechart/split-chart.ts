/**
 * `split`: which share a person gets is a matter of a hash that the language does not promise. What it promises is that
 * one step always gives one person the same: so the statechart is told the first time, and holds the step to it.
 */
import type { SourceStep } from '../../../../../dsl/schema/source.ts';
import type { Region } from './flow-chart.ts';
import { covers, enters } from './memory.ts';
import { to, type Target } from './states.ts';
import { wayTarget } from './way-chart.ts';

/** Index of a person's share at a step. */
export type Shares = (step: string) => number;

export function splitState(
  region: Region,
  shares: NonNullable<SourceStep['split']>,
  step: string,
  after: Target,
): Target {
  const { states, shareAt } = region.chart;
  const id = states.newId('split');
  region.states[id] = {
    id,
    entry: states.does(enters(step)),
    always: shares.map((share, index) => ({
      guard: () => shareAt(step) === index,
      actions: states.does(covers(index === 0 ? 'split: first' : 'split: another')),
      ...to(wayTarget(region, share, step, after)),
    })),
  };
  return id;
}
