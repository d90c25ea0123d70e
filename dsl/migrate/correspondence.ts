/** Which place of one version of a definition is which of another. */
import type { Flow } from '../machine/flow.ts';
import type { Machine } from '../machine/machine.ts';
import type { Node, Target } from '../machine/nodes.ts';

/** A place in which a conversation can wait between two inputs. */
export interface Place {
  readonly flow: string;
  readonly node: Target;
  readonly op: Node['op'];
}

const WAITS: ReadonlySet<Node['op']> = new Set(['ask', 'delay', 'listen', 'fetch', 'handoff']);

/** By state, as events name it. */
export function waitsOf(machine: Machine): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const [flow, { nodes }] of Object.entries(machine.flows)) {
    nodes.forEach(({ op, state }, node) => {
      if (WAITS.has(op) && !places.has(state)) places.set(state, { flow, node, op });
    });
  }
  return places;
}

/** Where a step begins; undefined where there is none of that name. */
export function stepOf(machine: Machine, state: string): Omit<Place, 'op'> | undefined {
  for (const [flow, { nodes }] of Object.entries(machine.flows)) {
    const node = nodes.findIndex((candidate) => candidate.state === state);
    if (node >= 0) return { flow, node };
  }
  return undefined;
}

/**
 * The node of `after` that stands for one of `before`: of the same kind in the step of the same name; of a step without a
 * name the one that does the same, for its number moves with what is written before it. Undefined where there is none.
 */
export function counterpart(before: Flow, index: Target, after: Flow): Target | undefined {
  const node = before.nodes[index];
  if (!node) return undefined;
  const place = (nodes: readonly Node[], of: (candidate: Node) => boolean): readonly Target[] =>
    nodes.flatMap((candidate, at) => (isOfKind(candidate, node) && of(candidate) ? [at] : []));
  const inStep = ({ state }: Node): boolean => state === node.state;
  const rank = place(before.nodes, inStep).indexOf(index);
  const here = place(after.nodes, inStep)[rank];
  if (isNamed(node)) return here;
  const found = here === undefined ? undefined : after.nodes[here];
  if (found && doesTheSame(node, found)) return here;
  const alike = (candidate: Node): boolean => !isNamed(candidate) && doesTheSame(node, candidate);
  const [only, ...others] = place(after.nodes, alike);
  return others.length === 0 && place(before.nodes, alike).length === 1 ? only : undefined;
}

function isOfKind(one: Node, other: Node): boolean {
  return one.op === other.op && (one.op !== 'call' || other.op !== 'call' || one.flow === other.flow);
}

/** Whether what people notice of it is the same: not where its ways lead. */
export function doesTheSame(one: Node, other: Node): boolean {
  return contentOf(one) === contentOf(other);
}

/** Nobody named it: `step-3`, `rebook/step-3`. */
function isNamed({ state }: Node): boolean {
  return !/(?:^|\/)step-\d+$/.test(state);
}

/** What only says where something stands or leads. */
const WHERE: ReadonlySet<string> = new Set([
  ...['line', 'column', 'state', 'to', 'exhausted', 'done', 'failed', 'returned', 'nobody', 'any', 'ask', 'listen'],
]);

function contentOf(node: Node): string {
  return JSON.stringify(node, (key, value: unknown) =>
    WHERE.has(key) && typeof value !== 'object' ? undefined : value,
  );
}
