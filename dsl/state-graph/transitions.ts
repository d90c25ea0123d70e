/**
 * Every way by which `conversation.advanced` may lead from one state to another: what `step` does, seen from the machine.
 * The one place in which the state graph knows the kinds of nodes.
 */
import { flowOf, MAIN, type Machine } from '../machine/machine.ts';
import type { AskNode, ListenNode, Node, Target } from '../machine/nodes.ts';
import type { Reason } from '../step/turn.ts';

export interface Transition {
  readonly from: string;
  readonly to: string;
  readonly reason: Reason;
}

/** A node, and the flow in which it stands. */
export interface Place {
  readonly flow: string;
  readonly at: Target;
  readonly node: Node;
}

type Way = readonly [to: Target, reason: Reason];

/** `places`: those that can be reached. */
export function transitionsOf(machine: Machine, places: readonly Place[]): readonly Transition[] {
  const found = new Map<string, Transition>();
  const lead = (from: Node, flow: string, [to, reason]: Way): void => {
    const target = machine.flows[flow]?.nodes[to];
    // Who goes on in the same state does not advance.
    if (!target || target.state === from.state) return;
    const transition = { from: from.state, to: target.state, reason };
    found.set(JSON.stringify(transition), transition);
  };
  const callers = callersOf(places);
  for (const { flow, at, node } of places) {
    for (const way of waysOf(machine, flow, node, at)) lead(node, flow, way);
    if (node.op === 'call') lead(node, node.flow, [0, 'call']);
    if (node.op === 'end') for (const way of returnsOf(callers.get(flow) ?? [], node.outcome)) lead(node, ...way);
    // What was interrupted may be over by the time that the interrupt ends.
    if (node.op === 'resume')
      for (const waits of waitsUnder(places, flow)) for (const way of overdueWays(waits)) lead(node, waits.flow, way);
  }
  for (const { flow, at } of machineInterrupts(machine))
    for (const { node } of waitsUnder(places, flow)) lead(node, flow, [at, 'interrupt']);
  const { failed, expired } = flowOf(machine, MAIN);
  for (const { node } of places) {
    if (failed !== undefined) lead(node, MAIN, [failed, 'failed']);
    if (expired !== undefined && isWait(node)) lead(node, MAIN, [expired, 'expired']);
  }
  return [...found.values()];
}

function waysOf(machine: Machine, flow: string, node: Node, at: Target): readonly Way[] {
  switch (node.op) {
    case 'say':
    case 'set':
    case 'emit':
    case 'update':
    case 'repeat':
    case 'begin-loop':
    case 'leave':
      return [[at + 1, 'next']];
    case 'goto':
      return [[node.to, 'goto']];
    case 'restart':
      return [[0, 'restart']];
    case 'branch':
      return [...node.cases.map(({ to }): Way => [to, 'branch']), [node.otherwise, 'branch']];
    case 'split':
      return node.shares.map(({ to }): Way => [to, 'split']);
    case 'loop':
      return [
        [at + 1, 'next'],
        [node.done, 'repeat'],
        [node.exhausted, 'exhausted'],
      ];
    case 'ask':
      return waysOfQuestion(node);
    case 'delay':
      return [
        [at + 1, 'delay'],
        [at + 1, 'next'],
      ];
    case 'listen':
      return waysOfListen(node);
    case 'await-rest': {
      const listen = machine.flows[flow]?.nodes[node.listen];
      if (listen?.op !== 'listen') return [];
      return listen.done === undefined ? waysOfListen(listen) : [...waysOfListen(listen), [listen.done, 'event']];
    }
    case 'fetch':
      return [
        [at + 1, 'data'],
        [node.failed, 'data-failed'],
      ];
    case 'handoff':
      return [
        [node.returned, 'returned'],
        [node.nobody, 'nobody'],
      ];
    case 'wait-again':
    case 'resume':
    case 'call':
    case 'fail':
    case 'end':
      return [];
  }
}

function waysOfQuestion({ replies, any, otherwise, silence }: AskNode): readonly Way[] {
  return [
    ...replies.map(({ to }): Way => [to, 'reply']),
    ...(any === undefined ? [] : [[any, 'reply'] as const]),
    ...(otherwise ? [[otherwise.to, 'otherwise'] as const] : []),
    ...(otherwise?.exhausted === undefined ? [] : [[otherwise.exhausted, 'exhausted'] as const]),
    ...silence.map(({ to }): Way => [to, 'silence']),
  ];
}

function waysOfListen({ events, silence }: ListenNode): readonly Way[] {
  return [...events.map(({ to }): Way => [to, 'event']), [silence, 'silence']];
}

function isWait({ op }: Node): boolean {
  return op === 'ask' || op === 'delay' || op === 'listen' || op === 'fetch' || op === 'handoff';
}

/** Ways out of what was waited for and has come, or has not come in time. */
function overdueWays({ node, at }: Place): readonly Way[] {
  if (node.op === 'listen') return waysOfListen(node);
  if (node.op === 'delay') return [[at + 1, 'delay']];
  if (node.op !== 'fetch') return [];
  return [
    [at + 1, 'data'],
    [node.failed, 'data-failed'],
  ];
}

/** By name of a flow: the calls of it. */
function callersOf(places: readonly Place[]): ReadonlyMap<string, readonly Place[]> {
  const callers = new Map<string, Place[]>();
  for (const place of places) {
    if (place.node.op === 'call') callers.set(place.node.flow, [...(callers.get(place.node.flow) ?? []), place]);
  }
  return callers;
}

/** Where calls go on once what they called has ended so. */
function returnsOf(callers: readonly Place[], outcome: string): readonly (readonly [flow: string, way: Way])[] {
  return callers.flatMap(({ flow, node }) => {
    const to = node.op === 'call' ? (node.outcomes[outcome] ?? node.otherwise) : undefined;
    return to === undefined ? [] : [[flow, [to, 'return']] as const];
  });
}

function machineInterrupts(machine: Machine): readonly { readonly flow: string; readonly at: Target }[] {
  return Object.entries(machine.flows).flatMap(([flow, { interrupts }]) =>
    interrupts.map(({ to: at }) => ({ flow, at })),
  );
}

/** Waits of a flow and of everything that it calls. */
function waitsUnder(places: readonly Place[], flow: string): readonly Place[] {
  const under = new Set([flow]);
  for (const name of under)
    for (const { flow: caller, node } of places) if (node.op === 'call' && caller === name) under.add(node.flow);
  return places.filter((place) => under.has(place.flow) && isWait(place.node));
}
