/** Snippets inside one another: deeper than a conversation may go, or without end. */
import { MAX_FRAMES } from '../limits.ts';
import { MAIN, type Machine } from '../machine/machine.ts';
import type { CallNode } from '../machine/nodes.ts';
import type { Position } from '../machine/position.ts';
import type { Finding } from './finding.ts';
import type { MachineGraph } from './graph.ts';

export function callsTooDeep(machine: Machine, graph: MachineGraph): readonly Finding[] {
  const findings = new Map<string, Finding>();
  /** Flow → the deepest at which it was followed. */
  const seen = new Map<string, number>();
  const follow = (name: string, depth: number): void => {
    if ((seen.get(name) ?? 0) >= depth) return;
    seen.set(name, depth);
    for (const { node, call } of callsIn(machine, graph, name)) {
      if (depth < MAX_FRAMES) follow(call.flow, depth + 1);
      else findings.set(`${name} ${node.toString()}`, findingOf(call, name));
    }
  };
  follow(MAIN, 1);
  return [...findings.values()];
}

interface Call {
  readonly node: number;
  readonly call: CallNode & Position;
}

function callsIn(machine: Machine, graph: MachineGraph, name: string): readonly Call[] {
  const reached = new Set(graph.get(name)?.places.map(({ node }) => node));
  return (machine.flows[name]?.nodes ?? []).flatMap((call, node) =>
    call.op === 'call' && reached.has(node) ? [{ node, call }] : [],
  );
}

function findingOf({ line, column, flow: called }: CallNode & Position, flow: string): Finding {
  return {
    code: 'calls-too-deep',
    flow,
    line,
    column,
    message: `"${called}" is called ${MAX_FRAMES.toString()} deep here, the conversation itself counted`,
    expected: `at most ${MAX_FRAMES.toString()} inside one another`,
    claim: { sees: 'failure', codes: ['calls-too-deep'] },
  };
}
