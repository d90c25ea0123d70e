/**
 * A machine as analysis sees it: the states that events name, and the ways between them. Coarser than the prover's graph
 * (a state is a step of the author's, however many nodes that takes), and exact where events are: each
 * `conversation.advanced` is one of its transitions.
 */
import { MAIN, type Machine } from '../machine/machine.ts';
import type { Node } from '../machine/nodes.ts';
import { graphOf } from '../prove/graph.ts';
import { transitionsOf, type Place, type Transition } from './transitions.ts';

export interface StateGraph {
  /** In the order of the file, the conversation's own before those of what it calls. */
  readonly states: readonly State[];
  readonly transitions: readonly Transition[];
}

export interface State {
  readonly state: string;
  readonly isFirst: boolean;
  /** What it may wait for there. */
  readonly waitsFor: readonly WaitsFor[];
  /** The longest of those waits, where the machine limits all of them. */
  readonly longestWaitMs?: number;
  /** Outcomes with which the conversation may end there. */
  readonly outcomes: readonly string[];
}

type WaitsFor = 'reply' | 'delay' | 'event' | 'data' | 'handoff';

export function stateGraphOf(machine: Machine): StateGraph {
  const places = reachedPlaces(machine);
  const first = machine.flows[MAIN]?.nodes[0]?.state;
  const names = [...new Set(places.map(({ node }) => node.state))];
  const states = names.map((state) => stateOf(state, state === first, places));
  return { states, transitions: transitionsOf(machine, places) };
}

function reachedPlaces(machine: Machine): readonly Place[] {
  const graph = graphOf(machine);
  const names = Object.keys(machine.flows).sort((a, b) => Number(b === MAIN) - Number(a === MAIN));
  return names.flatMap((flow) => {
    const { isCut = true, places = [] } = graph.get(flow) ?? {};
    const reached = new Set(places.map(({ node }) => node));
    const nodes = machine.flows[flow]?.nodes ?? [];
    return nodes.flatMap((node, at) => (isCut || reached.has(at) ? [{ flow, at, node }] : []));
  });
}

function stateOf(state: string, isFirst: boolean, places: readonly Place[]): State {
  const own = places.filter(({ node }) => node.state === state);
  const waits = own.flatMap(({ node }) => waitOf(node) ?? []);
  const longest = waits.map(({ ms }) => ms);
  const longestWaitMs = longest.includes(undefined)
    ? undefined
    : Math.max(0, ...longest.filter((ms) => ms !== undefined));
  const outcomes = own.flatMap(({ flow, node }) => (flow === MAIN && node.op === 'end' ? [node.outcome] : []));
  return {
    ...{ state, isFirst, waitsFor: [...new Set(waits.map(({ what }) => what))], outcomes: [...new Set(outcomes)] },
    ...(waits.length > 0 && longestWaitMs !== undefined ? { longestWaitMs } : {}),
  };
}

/** `ms` undefined: until a moment that is computed, or for as long as the conversation's lifetime lasts. */
function waitOf(node: Node): { readonly what: WaitsFor; readonly ms: number | undefined } | undefined {
  if (node.op === 'ask') return { what: 'reply', ms: node.withinMs };
  if (node.op === 'wait-again') return node.withinMs === undefined ? undefined : { what: 'reply', ms: node.withinMs };
  if (node.op === 'delay') return { what: 'delay', ms: node.forMs };
  if (node.op === 'listen') return { what: 'event', ms: node.withinMs };
  if (node.op === 'handoff') return { what: 'handoff', ms: node.withinMs };
  return node.op === 'fetch' ? { what: 'data', ms: undefined } : undefined;
}
