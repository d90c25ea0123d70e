/** What happens on a way out, and where it leads. */
import type { SourceCall, SourceWay } from '../../../../../dsl/schema/source.ts';
import { filledIn, valueOf } from './expressions.ts';
import { FlowChart, type Place, type Region } from './flow-chart.ts';
import { covers, enters, note, type Change } from './memory.ts';
import type { Target } from './states.ts';

/** `open`: where a way leads that names no exit; without it to `after`. */
export function wayTarget(region: Region, way: SourceWay, step: string, after: Target, open: Target = after): Target {
  const keys = Object.keys(way).filter((key) => key === 'say' || key === 'set');
  const exit = exitTarget(region, way, step, after, open);
  return keys.reduceRight((next, key) => actionState(region, way, step, key, next), exit);
}

export function wayOrNextTarget(
  region: Region,
  way: 'next' | SourceWay | undefined,
  step: string,
  after: Target,
): Target {
  return way === undefined || way === 'next' ? after : wayTarget(region, way, step, after);
}

function exitTarget(region: Region, way: SourceWay, step: string, after: Target, open: Target): Target {
  const { chart, isInterrupt } = region;
  if (way.call !== undefined) return callState(region, way, step, after);
  if (way.end !== undefined) return chart.endState(region, step, way.end, isInterrupt ? ['leave by end'] : []);
  if (way.goto === undefined) return open;
  const target = way.goto === 'next' ? after : chart.gate(way.goto);
  const isLeft = isInterrupt && way.goto !== 'next';
  const constructs = way.goto === 'next' ? [] : isLeft ? (['goto', 'leave by goto'] as const) : (['goto'] as const);
  // An interrupt comes back to itself even where all it does is to go on.
  return chart.passing(region, 'exit', [...(isInterrupt ? [enters(step)] : []), covers(...constructs)], target);
}

/** `say` or `set`. */
export function actionState(region: Region, source: SourceWay, step: string, key: string, after: Target): Target {
  const change = key === 'say' ? says(region, source) : sets(region, source);
  return region.chart.passing(region, key, [enters(step), change], after);
}

function says({ chart }: Region, { say }: SourceWay): Change {
  if (typeof say !== 'string') throw new Error('a message of the oracle is a text');
  return (memory, now) => covers('say')(note(`says ${filledIn(say, chart.namesOf(memory))}`)(memory, now), now);
}

/** All values see the variables as they were before. */
function sets({ chart }: Region, { set = {} }: SourceWay): Change {
  return (memory, now) => {
    const names = chart.namesOf(memory);
    const values = Object.fromEntries(Object.entries(set).map(([name, value]) => [name, valueOf(value, names)]));
    const update = chart.updates((frame) => ({ ...frame, vars: { ...frame.vars, ...values } }));
    return covers('set')(update(memory, now), now);
  };
}

/** The snippet stands inside; its outcomes lead out of it. */
export function callState(region: Region, source: SourceCall, step: string, after: Target): Target {
  const { chart, states, aside, words, takers } = region;
  const { call: name = '', outcomes = {} } = source;
  const body = chart.definition.snippets?.[name];
  if (!body) throw new Error(`no snippet ${name}`);
  const id = chart.states.newId('call');
  const ways = new Map(
    Object.entries(outcomes).map(([outcome, way]) => {
      const target = wayOrNextTarget(region, way, step, after);
      return [outcome, chart.passing(region, 'return', [covers('return')], target)];
    }),
  );
  const ended = (outcome: string): Target => {
    const target = ways.get(outcome) ?? ways.get('otherwise');
    // Without a way on, the snippet has no way to that end.
    return target ?? id;
  };
  const place: Place = { id: `${chart.place.id}-${id}`, name, body, ended, aside, words, takers };
  const called = new FlowChart(chart.definition, chart.states, place, chart.shareAt);
  states[id] = { id, ...called.config() };
  return chart.passing(region, 'called', [enters(step), covers('call'), called.starts], id);
}
