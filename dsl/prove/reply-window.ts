/** Messages that may come later after the person's last word than their connector lets anybody write freely. */
import { MAIN, type Machine } from '../machine/machine.ts';
import type { Node } from '../machine/nodes.ts';
import type { ProjectConnectors } from '../project/project.ts';
import { formatDuration } from '../text/format-duration.ts';
import type { Finding } from './finding.ts';
import type { FlowGraph, MachineGraph } from './graph.ts';

/** Rises of one place's silence after which it counts as without bound: it lies in a loop. */
const MAX_RISES = 20;

/** Undefined where no connector has one. */
export function shortestWindow(connectors: ProjectConnectors = {}): number | undefined {
  const windows = Object.values(connectors).flatMap(({ replyWindowMs = [] }) => replyWindowMs);
  return windows.length === 0 ? undefined : Math.min(...windows);
}

export function messagesAfterWindow(machine: Machine, graph: MachineGraph, windowMs: number): readonly Finding[] {
  const isAsked = machine.starts.every(({ on }) => on === 'keyword' || on === 'any');
  const lasting = new Map<string, number>();
  for (const [name, flow] of graph) {
    const within = silenceIn(flow, 0, lasting);
    lasting.set(name, Math.max(0, ...[...flow.ends].map((place) => within.get(place) ?? 0)));
  }
  const before = new Map<string, number>([[MAIN, isAsked ? 0 : Infinity]]);
  const findings: Finding[] = [];
  // Those that call come before those that are called.
  for (const [name, flow] of [...graph].reverse()) {
    const silence = silenceIn(flow, before.get(name) ?? 0, lasting);
    for (const [place, ms] of silence) {
      const { node = -1 } = flow.places[place] ?? {};
      const found = flow.nodes[node];
      if (found?.op === 'call') before.set(found.flow, Math.max(before.get(found.flow) ?? 0, ms));
    }
    findings.push(...lateMessages(flow, silence, windowMs, isAsked));
  }
  return findings;
}

function lateMessages(
  flow: FlowGraph,
  silence: ReadonlyMap<number, number>,
  silenceMs: number,
  isAsked: boolean,
): readonly Finding[] {
  const late = new Set<number>();
  for (const [place, ms] of silence) {
    const { node = -1, isWait = true } = flow.places[place] ?? {};
    if (!isWait && ms > silenceMs && isFree(flow.nodes, node)) late.add(node);
  }
  return [...late].map((node): Finding => {
    const { line = 1, column = 1, state = '' } = flow.nodes[node] ?? {};
    const after = `more than ${formatDuration(silenceMs)} after the person last wrote`;
    return {
      code: 'message-after-window',
      flow: flow.flow,
      line,
      column,
      message: `the message at "${state}" may come ${after}${isAsked ? '' : ', or where nobody wrote yet'}`,
      expected: 'a template for it, or shorter time-outs before',
      claim: { sees: 'passage', flow: flow.flow, node, silenceMs },
    };
  });
}

function isFree(nodes: readonly Node[], index: number): boolean {
  const node = nodes[index];
  if (node?.op === 'repeat') return isFree(nodes, node.ask);
  return (node?.op === 'say' || node?.op === 'ask') && node.template === undefined;
}

/** Place → the longest silence with which it may be reached. */
function silenceIn(
  { ways, places, nodes }: FlowGraph,
  atFirst: number,
  lasting: ReadonlyMap<string, number>,
): ReadonlyMap<number, number> {
  const silence = new Map<number, number>([[0, atFirst]]);
  const rises = new Map<number, number>();
  const queue = [0];
  for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
    const node = nodes[places[place]?.node ?? -1];
    const call = node?.op === 'call' ? (lasting.get(node.flow) ?? 0) : 0;
    for (const { to, by, ms } of ways[place] ?? []) {
      const passed = by === 'time' || by === 'event' ? ms + call : 0;
      const reached = by === 'reply' ? 0 : (silence.get(place) ?? 0) + passed;
      if (reached <= (silence.get(to) ?? -1)) continue;
      const count = (rises.get(to) ?? 0) + 1;
      rises.set(to, count);
      silence.set(to, count > MAX_RISES ? Infinity : reached);
      queue.push(to);
    }
  }
  return silence;
}
