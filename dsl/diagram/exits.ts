/** The ways out of a node, as people would call them. The one place in which diagrams know where nodes lead. */
import type { Flow } from '../machine/flow.ts';
import type { AskNode, Node, Target } from '../machine/nodes.ts';
import { formatDuration } from '../text/format-duration.ts';
import { textIn, wordsOf } from './words.ts';

export interface Exit {
  readonly to: Target;
  /** Absent: it just goes on. */
  readonly label?: string;
  /** What tells it from the node's other exits, whatever its words: `reply 0`, `silence 1`, `otherwise` … */
  readonly way?: string;
  /** Taken because time passed and nothing else happened. */
  readonly isTimeOut?: true;
}

/** Does one thing and goes on: says nothing of its own in a diagram but what it does. */
const PLAIN: ReadonlySet<string> = new Set(['say', 'repeat', 'set', 'emit', 'update', 'goto', 'begin-loop', 'leave']);
/** Ends what runs, or hands it back. */
const LAST: ReadonlySet<string> = new Set(['end', 'resume', 'restart', 'fail']);

export function isPlain(node: Node): boolean {
  return PLAIN.has(node.op);
}

/** Waits on where it waited before. */
export function leadsBack(node: Node): node is Extract<Node, { readonly op: 'wait-again' | 'await-rest' }> {
  return node.op === 'wait-again' || node.op === 'await-rest';
}

export function exitsOf(
  flow: Pick<Flow, 'nodes'>,
  node: Node,
  index: number,
  locales: readonly string[],
): readonly Exit[] {
  if (node.op === 'ask') return repliesOf(flow, node, locales);
  if (node.op === 'goto') return [{ to: node.to }];
  if (node.op === 'branch') {
    return [
      ...node.cases.map(({ when, to }, at) => ({ to, label: when, way: `case ${at}` })),
      { to: node.otherwise, label: 'otherwise', way: 'otherwise' },
    ];
  }
  if (node.op === 'split')
    return node.shares.map(({ share, to }, at) => ({ to, label: `${share} %`, way: `share ${at}` }));
  if (node.op === 'loop') {
    return [
      { to: index + 1, label: 'another round', way: 'round' },
      ...(node.while === undefined ? [] : [{ to: node.done, label: `no longer ${node.while}`, way: 'done' }]),
      { to: node.exhausted, label: `after ${node.most} rounds`, way: 'exhausted' },
    ];
  }
  if (node.op === 'listen') {
    return [
      ...node.events.map(({ to, type }, at) => ({ to, label: type, way: `event ${at}` })),
      ...(node.done === undefined ? [] : [{ to: node.done, label: 'all have come', way: 'done' }]),
      { to: node.silence, label: `after ${formatDuration(node.withinMs)}`, way: 'silence 0', isTimeOut: true },
    ];
  }
  if (node.op === 'call') {
    return [
      ...Object.entries(node.outcomes).map(([outcome, to]) => ({ to, label: outcome, way: `outcome ${outcome}` })),
      ...(node.otherwise === undefined ? [] : [{ to: node.otherwise, label: 'otherwise', way: 'otherwise' }]),
    ];
  }
  return othersOf(node, index);
}

function repliesOf(flow: Pick<Flow, 'nodes'>, node: AskNode, locales: readonly string[]): readonly Exit[] {
  const { otherwise, silence } = node;
  const again = otherwise?.again;
  let withinMs: number | undefined = node.withinMs;
  return [
    ...node.replies.map(({ to }, at) => ({ to, label: replyLabel(node, at, locales), way: `reply ${at}` })),
    ...(node.any === undefined ? [] : [{ to: node.any, label: 'any reply', way: 'any' }]),
    ...(otherwise ? [{ to: otherwise.to, label: 'anything else', way: 'otherwise' }] : []),
    ...(otherwise?.exhausted === undefined
      ? []
      : [{ to: otherwise.exhausted, label: `after ${again ?? 0} more tries`, way: 'exhausted' }]),
    ...silence.map(({ to }, at): Exit => {
      const label = withinMs === undefined ? 'silence' : `${formatDuration(withinMs)} of silence`;
      withinMs = waitsAgainFor(flow, to);
      return { to, label, way: `silence ${at}`, isTimeOut: true };
    }),
  ];
}

/** How long the question waits on after what one time-out does. */
export function waitsAgainFor({ nodes }: Pick<Flow, 'nodes'>, from: Target): number | undefined {
  for (let at = from; at < nodes.length; at += 1) {
    const node = nodes[at];
    if (node?.op === 'wait-again') return node.withinMs;
    if (!node || !isPlain(node)) return undefined;
  }
  return undefined;
}

/** The label that people see on a choice, or the words. */
function replyLabel({ words, choices }: AskNode, at: number, locales: readonly string[]): string {
  const choice = choices?.find(({ entry }) => entry === at);
  const expected = wordsOf(words, at, locales);
  return choice ? `${textIn(choice.label, locales)} (${expected})` : expected;
}

/** Nodes with one way on, and those that name further ones by a key. */
function othersOf(node: Node, index: number): readonly Exit[] {
  if (LAST.has(node.op) || leadsBack(node)) return [];
  if (node.op === 'handoff') {
    const { withinMs } = node;
    const nobody = withinMs === undefined ? 'nobody there' : `nobody within ${formatDuration(withinMs)}`;
    return [
      { to: node.returned, label: 'handed back', way: 'returned' },
      { to: node.nobody, label: nobody, way: 'nobody', ...(withinMs === undefined ? {} : { isTimeOut: true }) },
    ];
  }
  const failing = node.op === 'fetch' ? [{ to: node.failed, label: 'if that fails', way: 'failed' }] : [];
  return [{ to: index + 1 }, ...failing];
}
