import type { SourceStep } from '../../../../../dsl/schema/source.ts';
import { holds } from './expressions.ts';
import type { Region } from './flow-chart.ts';
import { covers, enters, type Memory } from './memory.ts';
import { to, type Target } from './states.ts';
import { wayOrNextTarget, wayTarget } from './way-chart.ts';

export function branchState(
  region: Region,
  entries: NonNullable<SourceStep['branch']>,
  step: string,
  after: Target,
): Target {
  const { chart } = region;
  const id = chart.states.newId('branch');
  region.states[id] = {
    id,
    entry: chart.states.does(enters(step)),
    always: entries.map((entry) => {
      const { when, otherwise } = entry;
      if (when === undefined)
        return {
          ...to(wayOrNextTarget(region, otherwise, step, after)),
          actions: chart.states.does(covers('branch: otherwise')),
        };
      return {
        guard: ({ context }: { context: Memory }) => holds(when, chart.namesOf(context)),
        actions: chart.states.does(covers('branch: when')),
        ...to(wayTarget(region, entry, step, after)),
      };
    }),
  };
  return id;
}
