/** Which step of one version is which of the other: those with names by them, the others by what they are. */
import type { Machine } from '../machine/machine.ts';
import type { Node } from '../machine/nodes.ts';

/** State in `before` → its name in `after`; steps that have the same name in both, or are gone, are no entries. */
export function matchedSteps(before: Machine, after: Machine): ReadonlyMap<string, string> {
  const matched = new Map<string, string>();
  for (const [name, flow] of Object.entries(before.flows)) {
    const old = stepsOf(flow.nodes);
    const young = stepsOf(after.flows[name]?.nodes ?? []);
    // The same content first; then, in their order, those that do the same kind of thing.
    for (const signature of [contentOf, kindsOf]) match(old, young, signature, matched);
  }
  return matched;
}

interface Step {
  readonly state: string;
  readonly nodes: readonly Node[];
}

function match(old: Step[], young: Step[], signature: (step: Step) => string, matched: Map<string, string>): void {
  for (const step of [...old]) {
    const partner = young.findIndex((other) => signature(other) === signature(step));
    const found = young[partner];
    if (!found) continue;
    young.splice(partner, 1);
    old.splice(old.indexOf(step), 1);
    if (found.state !== step.state) matched.set(step.state, found.state);
  }
}

/** Only those without a name, which are called by their number. */
function stepsOf(nodes: readonly Node[]): Step[] {
  const states = [...new Set(nodes.map(({ state }) => state))].filter((state) => /(^|[/.])step-\d+$/.test(state));
  return states.map((state) => ({ state, nodes: nodes.filter((node) => node.state === state) }));
}

function contentOf({ nodes }: Step): string {
  return JSON.stringify(
    nodes.map((node) =>
      node.op === 'say' || node.op === 'ask'
        ? [node.op, node.text]
        : node.op === 'emit'
          ? [node.op, node.type]
          : node.op,
    ),
  );
}

function kindsOf({ nodes }: Step): string {
  return nodes[0]?.op ?? '';
}
