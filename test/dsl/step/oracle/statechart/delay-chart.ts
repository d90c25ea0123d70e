/** A delay: one state that begins it, one that waits. */
import { cancel, raise } from 'xstate';
import type { Region } from './flow-chart.ts';
import { covers, endsOn, enters, rests, resumesAs, type Change, type Memory } from './memory.ts';
import { durationOf, to, type Target } from './states.ts';
import { look, looking } from './takers.ts';

/** Its end is an event that comes also while it is set aside. */
export function delayStates(region: Region, length: string, step: string, after: Target): Target {
  const { states } = region.chart;
  const [id, waiting] = [states.newId('delay'), states.newId('waiting')];
  const isOver = (memory: Memory): boolean => memory.over[id] === true;
  const waits: Change = (memory, now) => (isOver(memory) ? memory : rests(step, 'delay', region.aside)(memory, now));
  region.states[id] = {
    id,
    entry: [
      states.does(enters(step), covers('delay'), endsOn(id, false)),
      cancel(id),
      raise({ type: 'over', wait: id }, { id, delay: durationOf(length) }),
    ],
    always: to(waiting),
  };
  region.states[waiting] = {
    id: waiting,
    entry: [
      states.does(
        waits,
        resumesAs((memory) => (isOver(memory) ? 'resume a delay that is over' : 'resume a delay')),
      ),
      look,
    ],
    always: { guard: ({ context }) => isOver(context), ...to(after) },
    on: { look: looking(states, region.takers) },
  };
  return id;
}
