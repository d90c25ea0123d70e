/** An `anytime` entry: a state beside the steps of its flow, entered by a word or by an event. */
import type { SourceInterrupt } from '../../../../../dsl/schema/source.ts';
import type { Construct } from '../constructs.ts';
import type { FlowChart, Region } from './flow-chart.ts';
import { covers, enters, setsAside, takesUp, type Change } from './memory.ts';
import { to, type State, type Target, type Transition } from './states.ts';
import type { Taker } from './takers.ts';
import { actionState, callState } from './way-chart.ts';

/** Where what an interrupt has set aside is taken up again, and where the flow begins anew. */
interface FlowEntries {
  readonly latest: Target;
  readonly first: Target;
}

/** `id`: of the state that is entered. */
export function interruptState(
  chart: FlowChart,
  source: SourceInterrupt,
  index: number,
  id: Target,
  entries: FlowEntries,
): State {
  const { place } = chart;
  const step = `${place.name === '' ? '' : `${place.name}/`}anytime-${(index + 1).toString()}`;
  const region: Region = {
    chart,
    states: {},
    aside: [...place.aside, place.id],
    words: place.words,
    takers: place.takers,
    isInterrupt: true,
  };
  const last = ending(region, source, step, entries);
  const called = source.call === undefined ? last : callState(region, source, step, last);
  const keys = Object.keys(source).filter((key) => key === 'say' || key === 'set');
  const first = keys.reduceRight((next, key) => actionState(region, source, step, key, next), called);
  const initial = chart.passing(region, 'interrupt', [enters(step)], first);
  return { id, initial, states: region.states };
}

function ending(region: Region, source: SourceInterrupt, step: string, { latest, first }: FlowEntries): Target {
  const { chart } = region;
  if (source.end !== undefined) return chart.endState(region, step, source.end, ['leave by end']);
  if (source.goto !== undefined)
    return chart.passing(region, 'leave', [enters(step), covers('leave by goto')], chart.gate(source.goto));
  if (source.then === 'restart')
    return chart.passing(region, 'restart', [enters(step), covers('restart'), chart.begins], first);
  return chart.passing(region, 'resume', [enters(step), takesUp(chart.place.id)], latest);
}

/** An entry with the id of its state. */
export interface Interrupt {
  readonly source: SourceInterrupt;
  readonly id: Target;
}

/** By their words. */
export function wordTransitions(chart: FlowChart, interrupts: readonly Interrupt[]): readonly Transition[] {
  return interrupts
    .filter(({ source }) => source.match !== undefined)
    .map(({ source, id }) => ({
      guard: ({ event }) => event.type === 'reply' && event.text === wordOf(source),
      actions: chart.states.does(...begins(chart, 'anytime')),
      ...to(id),
    }));
}

/** By events. */
export function eventTaker(chart: FlowChart, interrupts: readonly Interrupt[]): Taker {
  return {
    who: chart.place.id,
    namesOf: (memory) => chart.namesOf(memory),
    entries: interrupts
      .filter(({ source }) => source.event !== undefined)
      .map(({ source: awaited, id: target }) => ({ awaited, target, changes: begins(chart, 'anytime by event') })),
  };
}

function begins({ place }: FlowChart, construct: 'anytime' | 'anytime by event'): readonly Change[] {
  const constructs: readonly Construct[] = place.name === '' ? [construct] : [construct, `${construct} in a snippet`];
  return [setsAside(place.id), covers(...constructs)];
}

export function wordOf({ match }: SourceInterrupt): string {
  if (typeof match !== 'string') throw new Error('an interrupt of the oracle has one word');
  return match;
}
