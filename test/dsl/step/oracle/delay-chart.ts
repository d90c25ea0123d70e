/** A delay: one state that begins it, one that waits. */
import { cancel, raise } from 'xstate';
import { parseDuration } from '../../../../dsl/text/duration.ts';
import type { Region } from './flow-chart.ts';
import { covers, enters, rests, type Change, type Memory } from './memory.ts';
import { to, type Target } from './states.ts';

/** Its end is an event that comes also while it is set aside. */
export function delayStates(region: Region, length: string, step: string, after: Target): Target {
  const { states } = region.chart;
  const [id, waiting] = [states.newId('delay'), states.newId('waiting')];
  const isOver = ({ context }: { context: Memory }): boolean => context.over[id] === true;
  const begins: Change = (memory) => ({ ...memory, over: { ...memory.over, [id]: false } });
  const waits: Change = (memory, now) =>
    memory.over[id] === true ? memory : rests(step, 'delay', region.aside)(memory, now);
  region.states[id] = {
    id,
    entry: [
      states.does(enters(step), covers('delay'), begins),
      cancel(id),
      raise({ type: 'over', delay: id }, { id, delay: parseDuration(length) ?? NaN }),
    ],
    always: to(waiting),
  };
  region.states[waiting] = {
    id: waiting,
    entry: states.does(waits, resumedAs(id)),
    always: { guard: isOver, ...to(after) },
    on: { over: { guard: ({ event }) => event.delay === id, ...to(after) } },
  };
  return id;
}

/** What is resumed is told by what stood still; a delay ends when it would have. */
function resumedAs(delay: string): Change {
  return (memory, now) => {
    if (memory.stoodStillMs === undefined) return memory;
    const construct = memory.over[delay] === true ? 'resume a delay that is over' : 'resume a delay';
    return covers(construct)({ ...memory, stoodStillMs: undefined }, now);
  };
}
