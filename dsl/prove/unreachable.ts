/** Steps that no way leads to, whatever people say and systems answer. */
import type { Flow } from '../machine/flow.ts';
import type { Machine } from '../machine/machine.ts';
import type { Node } from '../machine/nodes.ts';
import type { Finding } from './finding.ts';
import type { MachineGraph } from './graph.ts';
import { isJoint } from './joints.ts';

export function unreachableSteps(machine: Machine, graph: MachineGraph): readonly Finding[] {
  return Object.entries(machine.flows).flatMap(([name, flow]) => {
    const places = graph.get(name)?.places ?? [];
    const reached = new Set(places.map(({ node }) => node));
    return statesOf(flow).flatMap(({ state, nodes }): readonly Finding[] => {
      const missing = nodes.filter((node) => !reached.has(node));
      const told = missing.length === nodes.length ? missing : missing.filter((node) => !isJointAt(flow, node));
      const first = flow.nodes[told[0] ?? -1];
      if (!first) return [];
      const { line, column } = first;
      const what = missing.length === nodes.length ? `the step "${state}"` : `${calledByAuthors(first)} at "${state}"`;
      return [{ code: 'step-unreachable', flow: name, line, column, message: `nothing leads to ${what}` }];
    });
  });
}

/** Nodes have names of their own where the compiler makes several of one key. */
function calledByAuthors({ op }: Node): string {
  if (op === 'begin-loop') return 'the beginning of "repeat"';
  if (op === 'loop') return 'the rounds of "repeat"';
  return op === 'repeat' ? 'the question that is repeated' : `"${op}"`;
}

function isJointAt({ nodes }: Flow, index: number): boolean {
  const node = nodes[index];
  return node === undefined || isJoint(node);
}

/** In the order of the machine; without what is understood anytime, which `interrupts.ts` is about. */
function statesOf(flow: Flow): readonly { readonly state: string; readonly nodes: readonly number[] }[] {
  const byState = new Map<string, number[]>();
  flow.nodes.forEach(({ state }, index) => {
    if (ASIDE.test(state)) return;
    const nodes = byState.get(state);
    if (nodes) nodes.push(index);
    else byState.set(state, [index]);
  });
  return [...byState].map(([state, nodes]) => ({ state, nodes }));
}

const ASIDE = /^(?:.*\/)?anytime-\d+$|^(?:failed|expired)$/;
