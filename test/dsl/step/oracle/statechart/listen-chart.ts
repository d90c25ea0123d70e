/** `listen`: one state that begins to wait, one that waits; events are taken there, and looked at again after each. */
import { cancel, raise } from 'xstate';
import type { SourceStep } from '../../../../../dsl/schema/source.ts';
import { beginsToWait, hasCome } from './events.ts';
import type { Region } from './flow-chart.ts';
import { covers, endsOn, enters, rests, resumesAs, type Change, type Memory } from './memory.ts';
import { durationOf, to, type Target } from './states.ts';
import { expectedBy, look, looking, taking, type Taker } from './takers.ts';
import { wayTarget } from './way-chart.ts';

export function listenStates(region: Region, source: SourceStep, step: string, after: Target): Target {
  const { chart } = region;
  const { states } = chart;
  const { listen, within, silence = [] } = source;
  if (!listen) throw new Error('a listen without events');
  const { any, all } = listen;
  const [id, waiting] = [states.newId('listen'), states.newId('listening')];
  const entries = any ?? all ?? [];
  // XState enters a state anew only from another one.
  const rest = chart.passing(region, 'rest', [], waiting);
  const cameOf = ({ events }: Memory): readonly number[] => events.came[id] ?? [];
  const taker: Taker = {
    who: id,
    namesOf: (memory) => chart.namesOf(memory),
    entries: entries.map((entry, at) => ({
      awaited: entry,
      isOpen: (memory) => !cameOf(memory).includes(at),
      changes: [covers(all ? 'listen: one of all' : 'listen: one of any'), ...(all ? [hasCome(id, at)] : [])],
      target: wayTarget(region, entry, step, after, all ? rest : after),
    })),
  };
  const hasAll = (memory: Memory): boolean => all !== undefined && cameOf(memory).length === all.length;
  const isOver = (memory: Memory): boolean => memory.over[id] === true;
  const waits: Change = (memory, now) =>
    hasAll(memory) || isOver(memory) ? memory : rests(step, 'event', region.aside)(memory, now);
  region.states[id] = {
    id,
    entry: [
      states.does(enters(step), covers('listen'), endsOn(id, false), beginsToWait(id, expectedBy(taker))),
      cancel(id),
      raise({ type: 'over', wait: id }, { id, delay: durationOf(within) }),
    ],
    always: to(waiting),
  };
  region.states[waiting] = {
    id: waiting,
    entry: [
      states.does(
        waits,
        resumesAs((memory) => (isOver(memory) ? 'resume a listen that is over' : 'resume a listen')),
      ),
      look,
    ],
    always: [
      {
        guard: ({ context }) => hasAll(context),
        actions: states.does(covers('listen: all have come')),
        ...to(after),
      },
      // What came while an interrupt was at work, though the time ran out.
      ...taking(states, [taker], isOver),
      {
        guard: ({ context }) => isOver(context),
        actions: states.does(covers('listen: silence')),
        ...to(wayTarget(region, silence[0] ?? {}, step, after)),
      },
    ],
    on: { look: looking(states, [...region.takers, taker]) },
  };
  return id;
}
