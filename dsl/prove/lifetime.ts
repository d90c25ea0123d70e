/**
 * Time-outs that come after the lifetime is used up, even where everybody answers at once before: nothing that stands
 * there ever happens. The lifetime counts waiting for people: at questions and in hand-offs.
 */
import { MAIN, type Machine } from '../machine/machine.ts';
import type { Node } from '../machine/nodes.ts';
import type { Position } from '../machine/position.ts';
import { formatDuration } from '../text/format-duration.ts';
import type { Finding } from './finding.ts';
import type { FlowGraph, MachineGraph, Way } from './graph.ts';

/** The least waiting, in milliseconds, with which something is reached. */
type Least = Map<number, number>;
/** Flow → outcome → the least waiting until it. */
type Lasting = ReadonlyMap<string, ReadonlyMap<string, number>>;

export function timeOutsAfterLifetime(machine: Machine, graph: MachineGraph): readonly Finding[] {
  const lasting = new Map<string, ReadonlyMap<string, number>>();
  for (const [name, flow] of graph) lasting.set(name, outcomesOf(flow, leastIn(flow, 0, lasting, machine.lifetimeMs)));
  const before = new Map<string, number>([[MAIN, 0]]);
  const findings: Finding[] = [];
  // Those that call come before those that are called.
  for (const [name, flow] of [...graph].reverse()) {
    const first = before.get(name);
    if (first === undefined) continue;
    const least = leastIn(flow, first, lasting, machine.lifetimeMs);
    for (const [place, ms] of least) {
      const node = nodeAt(flow, place);
      if (node?.op === 'call') before.set(node.flow, Math.min(before.get(node.flow) ?? Infinity, ms));
    }
    findings.push(...tooLate(flow, least, machine.lifetimeMs));
  }
  return findings;
}

function tooLate(flow: FlowGraph, least: Least, lifetimeMs: number): readonly Finding[] {
  return [...least].flatMap(([place, ms]) => {
    const { isWait = false, stage = 0, node = 0 } = flow.places[place] ?? {};
    const found = nodeAt(flow, place);
    const way = (flow.ways[place] ?? []).find((one) => countedMs(flow, place, one) > 0);
    if (!isWait || !found || !way || ms + way.ms <= lifetimeMs) return [];
    const { line, column } = timeOutOf(found, stage);
    const after =
      ms > 0 ? `after ${formatDuration(ms + way.ms)} of waiting at the earliest` : `after ${formatDuration(way.ms)}`;
    return [
      {
        code: 'time-out-after-lifetime',
        flow: flow.flow,
        line,
        column,
        message: `the time-out of "${found.state}" would come ${after}, when the lifetime of ${formatDuration(lifetimeMs)} is over`,
        expected: 'a longer "lifetime", or shorter time-outs',
        claim: { sees: 'expiry', flow: flow.flow, node },
      } satisfies Finding,
    ];
  });
}

function timeOutOf(node: Node, stage: number): Position {
  return (node.op === 'ask' ? node.silence[stage] : undefined) ?? node;
}

/** What a way adds to waiting for people at least: they may answer at once. */
function countedMs(flow: FlowGraph, place: number, { by, ms }: Way): number {
  const op = nodeAt(flow, place)?.op;
  return by === 'time' && (op === 'ask' || op === 'handoff') ? ms : 0;
}

function nodeAt({ places, nodes }: FlowGraph, place: number): Node | undefined {
  return nodes[places[place]?.node ?? -1];
}

function outcomesOf({ nodes, places }: FlowGraph, least: Least): ReadonlyMap<string, number> {
  const outcomes = new Map<string, number>();
  for (const [place, ms] of least) {
    const node = nodes[places[place]?.node ?? -1];
    if (node?.op === 'end') outcomes.set(node.outcome, Math.min(outcomes.get(node.outcome) ?? Infinity, ms));
  }
  return outcomes;
}

/** Interrupts, failures and expiry may come at any time. Beyond the lifetime nothing is reached. */
function leastIn(flow: FlowGraph, first: number, lasting: Lasting, lifetimeMs: number): Least {
  const least: Least = new Map();
  const queue: number[] = [];
  const reach = (place: number, ms: number): void => {
    if (ms > lifetimeMs || ms >= (least.get(place) ?? Infinity)) return;
    least.set(place, ms);
    queue.push(place);
  };
  for (const place of [0, ...[...flow.asides.values()].flat()]) reach(place, first);
  for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
    const ms = least.get(place) ?? 0;
    const node = nodeAt(flow, place);
    const isCall = node?.op === 'call' && flow.places[place]?.isWait !== true;
    for (const way of flow.ways[place] ?? []) {
      const during = isCall ? durationOf(flow, way.to, node, lasting) : countedMs(flow, place, way);
      reach(way.to, ms + during);
    }
  }
  return least;
}

/** Of a call that leads there: by the outcome that comes first. */
function durationOf({ places }: FlowGraph, to: number, call: Node & { op: 'call' }, lasting: Lasting): number {
  const target = places[to]?.node;
  const leading = [...(lasting.get(call.flow) ?? [])].filter(
    ([outcome]) => (call.outcomes[outcome] ?? call.otherwise) === target,
  );
  return Math.min(...leading.map(([, ms]) => ms));
}
