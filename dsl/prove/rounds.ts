/** Loops inside one another that go round more often than one conversation may come back to a place. */
import { MAX_VISITS_PER_NODE } from '../limits.ts';
import type { Flow } from '../machine/flow.ts';
import type { Machine } from '../machine/machine.ts';
import type { Finding } from './finding.ts';
import type { MachineGraph } from './graph.ts';

export function tooManyRounds(machine: Machine, graph: MachineGraph): readonly Finding[] {
  return [...graph.keys()].flatMap((name) => {
    const flow = machine.flows[name];
    return flow ? roundsIn(name, flow) : [];
  });
}

function roundsIn(name: string, flow: Flow): readonly Finding[] {
  const loops = flow.nodes.flatMap((node, at) => (node.op === 'loop' ? [{ node, at, end: endOf(flow, at) }] : []));
  return loops.flatMap(({ node, at }): readonly Finding[] => {
    const rounds = loops.reduce(
      (product, outer) => (outer.at <= at && at < outer.end ? product * outer.node.most : product),
      1,
    );
    const isOuterEnough = rounds / node.most > MAX_VISITS_PER_NODE;
    if (rounds <= MAX_VISITS_PER_NODE || isOuterEnough) return [];
    const { line, column, state } = node;
    const message = `"${state}" may go round ${rounds.toString()} times in one conversation, more than ${MAX_VISITS_PER_NODE.toString()}`;
    const claim = { sees: 'failure', codes: ['visits-exceeded', 'steps-exceeded'] } as const;
    return [{ code: 'rounds-exceeded', flow: name, line, column, message, expected: 'a smaller "most"', claim }];
  });
}

/** The jump back that the compiler lays after the last step of a round. */
function endOf({ nodes }: Flow, loop: number): number {
  return nodes.findLastIndex((node, at) => at > loop && node.op === 'goto' && node.to === loop);
}
