/** The nodes of a flow, so that each stands after all that follow it: without recursion, for flows may be long. */
import type { Node, Target } from '../machine/nodes.ts';

/** Whether the node may go on to the following one. */
const GOES_ON: Readonly<Record<Node['op'], boolean>> = {
  ...{
    say: true,
    repeat: true,
    set: true,
    emit: true,
    update: true,
    delay: true,
    fetch: true,
    leave: true,
    'begin-loop': true,
  },
  ...{
    ask: false,
    'wait-again': false,
    listen: false,
    'await-rest': false,
    branch: false,
    split: false,
    loop: true,
    goto: false,
    call: false,
  },
  ...{ handoff: false, resume: false, restart: false, fail: false, end: false },
};

export function goesOn({ op }: Node): boolean {
  return GOES_ON[op];
}

/** Where it may lead. What leads back to a wait leads nowhere: the wait accounts for what is said on the way to it. */
export function followersOf(node: Node, at: Target): readonly Target[] {
  const own = LEADS_BACK.has(node.op) ? [] : targetsIn(node);
  return [...new Set(goesOn(node) ? [at + 1, ...own] : own)];
}

const LEADS_BACK: ReadonlySet<Node['op']> = new Set(['wait-again', 'repeat', 'await-rest']);

/** Keys of nodes, and of what stands in them, that say where a way leads. */
const TARGETS: ReadonlySet<string> = new Set([
  ...['to', 'any', 'otherwise', 'exhausted', 'failed', 'done', 'returned', 'nobody', 'silence'],
]);

function targetsIn(value: object): readonly Target[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    if (typeof inner === 'number') return TARGETS.has(key) ? [inner] : [];
    if (key === 'outcomes') return Object.values(inner as Readonly<Record<string, Target>>);
    if (CONTAINERS.has(key) && typeof inner === 'object' && inner !== null) return targetsIn(inner);
    return [];
  });
}

/** Where ways stand in a node; a list's keys are its indices. */
const CONTAINERS: ReadonlySet<string> = new Set([
  ...['replies', 'silence', 'otherwise', 'cases', 'shares', 'events'],
  ...Array.from({ length: 100 }, (_, index) => String(index)),
]);

export interface Order {
  /** Those that can be reached from the first. */
  readonly nodes: readonly Target[];
  /** Jumps that close a circle: `from>to`. */
  readonly back: ReadonlySet<string>;
}

export function orderOf(nodes: readonly Node[], first: Target): Order {
  const ordered: Target[] = [];
  const back = new Set<string>();
  const state = new Map<Target, 'open' | 'done'>();
  const stack: { readonly at: Target; readonly left: Target[] }[] = [];
  const open = (at: Target): void => {
    const node = nodes[at];
    state.set(at, 'open');
    stack.push({ at, left: node ? [...followersOf(node, at)].reverse() : [] });
  };
  open(first);
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const next = top.left.pop();
    if (next === undefined) {
      state.set(top.at, 'done');
      ordered.push(top.at);
      stack.pop();
    } else if (state.get(next) === 'open') back.add(`${top.at}>${next}`);
    else if (!state.has(next)) open(next);
  }
  return { nodes: ordered, back };
}
