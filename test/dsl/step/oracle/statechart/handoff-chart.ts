/** `handoff`: the person talks to people, until these give them back. Two states: nobody has taken them yet, somebody has. */
import type { SourceStep } from '../../../../../dsl/schema/source.ts';
import type { Construct } from '../constructs.ts';
import { DESK_TEXT } from '../happenings.ts';
import type { Region } from './flow-chart.ts';
import { covers, enters, note, rests, type Change } from './memory.ts';
import { durationOf, to, type Happening, type State, type Target } from './states.ts';
import { looking } from './takers.ts';
import { wayOrNextTarget } from './way-chart.ts';

interface Arguments {
  readonly event: Happening;
}

export function handoffStates(region: Region, source: SourceStep, step: string, after: Target): Target {
  const { states } = region.chart;
  const { handoff: queue = '', within, returned, nobody } = source;
  const [id, taken] = [states.newId('handoff'), states.newId('taken')];
  const says = (what: string, construct: Construct, ...changes: readonly Change[]) => ({
    guard: ({ event }: Arguments): boolean => event.type === 'desk' && event.does === what,
    actions: states.does(covers(construct), ...changes),
  });
  const onNobody = wayOrNextTarget(region, nobody, step, after);
  const on: State['on'] = {
    desk: [
      { ...says('returned', 'hand-off: returned'), ...to(wayOrNextTarget(region, returned, step, after)) },
      { ...says('nobody', 'hand-off: nobody'), ...to(onNobody) },
      { ...says('taken', 'hand-off: taken'), ...to(taken) },
      { ...says('replied', 'hand-off: the desk writes', note(`says ${DESK_TEXT}`)), ...to(taken) },
    ],
    // No interrupt understands what is written to people; events are kept.
    reply: { actions: states.does(covers('hand-off: the person writes')) },
    look: looking(states, []),
  };
  const rest = rests(step, 'handoff', region.aside);
  region.states[id] = {
    id,
    entry: states.does(enters(step), covers('hand-off'), note(`hands over to ${queue}`), rest),
    on,
    ...(within === undefined
      ? {}
      : {
          after: {
            [durationOf(within)]: { actions: states.does(covers('hand-off: time-out')), ...to(onNobody) },
          },
        }),
  };
  region.states[taken] = { id: taken, on };
  return id;
}
