/** `repeat`: a state that counts rounds, and the steps of one round. */
import type { SourceStep } from '../../../../../dsl/schema/source.ts';
import { holds } from './expressions.ts';
import type { Region } from './flow-chart.ts';
import { covers, enters, frameOf, type Change, type Memory } from './memory.ts';
import { to, type Target } from './states.ts';
import { wayOrNextTarget } from './way-chart.ts';

export function loopStates(region: Region, source: SourceStep['repeat'], step: string, after: Target): Target {
  if (!source) throw new Error('a repeat without steps');
  const { chart } = region;
  const { states, place } = chart;
  const { most, while: condition, steps, exhausted } = source;
  const loop = states.newId('loop');
  const round = chart.passing(region, 'round', [enters(step)], loop);
  const first = chart.sequence(region, steps, `${step}.`, round);
  const begun = (memory: Memory): number => frameOf(memory, place.id).rounds[loop] ?? 0;
  const counts = (next: (rounds: number) => number): Change =>
    chart.updates((frame) => ({ ...frame, rounds: { ...frame.rounds, [loop]: next(frame.rounds[loop] ?? 0) } }));
  const isDone = ({ context }: { context: Memory }): boolean =>
    condition !== undefined && !holds(condition, chart.namesOf(context));
  region.states[loop] = {
    id: loop,
    entry: states.does(enters(step)),
    always: [
      { guard: isDone, actions: states.does(covers('repeat: done')), ...to(after) },
      {
        guard: ({ context }) => begun(context) < most,
        actions: states.does(
          counts((rounds) => rounds + 1),
          covers('repeat: round'),
        ),
        ...to(first),
      },
      {
        actions: states.does(covers('repeat: exhausted')),
        ...to(wayOrNextTarget(region, exhausted, step, after)),
      },
    ],
  };
  return chart.passing(region, 'repeat', [enters(step), counts(() => 0)], loop);
}
