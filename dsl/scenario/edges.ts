/**
 * What of a machine can be passed through: its starts, its nodes, and the ways out of nodes that have several. The one
 * place in which coverage knows the kinds of nodes; ways are named as `trace` tells them.
 */
import { graphOf } from '../prove/graph.ts';
import { isJoint } from '../prove/joints.ts';
import type { Flow } from '../machine/flow.ts';
import { MAIN, type Machine } from '../machine/machine.ts';
import type { Node, WordTable } from '../machine/nodes.ts';
import type { Position } from '../machine/position.ts';

export interface Edge extends Position {
  /** Where it stands, if not in the definition's own file. */
  readonly file?: string;
  readonly flow: string;
  readonly node: number;
  /** Absent: passed where the node was entered, which nothing else leads to. */
  readonly way?: string;
  /** For people: `remind: otherwise`. */
  readonly title: string;
}

/** A node as a place to have been in. */
export interface Stop extends Position {
  /** Where it stands, if not in the definition's own file. */
  readonly file?: string;
  readonly flow: string;
  readonly node: number;
  readonly state: string;
  readonly op: Node['op'];
}

/** Without what the compiler laid out to lead on from where every way has gone elsewhere already. */
export function stopsOf(machine: Machine): readonly Stop[] {
  const graph = graphOf(machine);
  return Object.entries(machine.flows).flatMap(([flow, { nodes, file }]) => {
    const reached = new Set(graph.get(flow)?.places.map(({ node }) => node));
    return nodes.flatMap((found, node): readonly Stop[] => {
      if (isJoint(found) && !reached.has(node)) return [];
      const { state, op, line, column } = found;
      return [{ ...within(file), flow, node, state, op, line, column }];
    });
  });
}

export function edgesOf(machine: Machine): readonly Edge[] {
  const starts = machine.starts.map((start, index) => ({
    ...{ flow: MAIN, node: 0, way: `start ${index}`, line: start.line, column: start.column },
    title: `start: ${start.on}`,
  }));
  const ways = Object.entries(machine.flows).flatMap(([name, flow]) => [
    ...flow.nodes.flatMap((node, index) =>
      waysOf(node, index).map((way) => ({ ...within(flow.file), flow: name, ...way })),
    ),
    ...waysInto(flow).map((way) => ({ ...within(flow.file), flow: name, ...way })),
  ]);
  return [...starts, ...ways];
}

function within(file: string | undefined): { readonly file?: string } {
  return file === undefined ? {} : { file };
}

type Way = Omit<Edge, 'flow'>;

/** Of a node with one way out there is nothing more to say than that it was passed. */
function waysOf(node: Node, index: number): readonly Way[] {
  const named = (way: string, about: string, { line, column }: Position): Way => ({
    ...{ node: index, way, line, column },
    title: `${node.state}: ${about}`,
  });
  if (node.op === 'ask') {
    const { otherwise } = node;
    return [
      ...node.replies.map((reply, at) => named(`reply ${at}`, `reply ${wordOf(node.words, at)}`, reply)),
      ...(node.any === undefined ? [] : [named('any', 'any reply', node)]),
      ...(otherwise ? [named('otherwise', 'otherwise', otherwise)] : []),
      ...(otherwise?.exhausted === undefined ? [] : [named('exhausted', 'exhausted', otherwise)]),
      ...node.silence.map((exit, at) => named(`silence ${at}`, `silence ${at + 1}`, exit)),
    ];
  }
  if (node.op === 'listen') {
    return [
      ...node.events.map((event, at) => named(`event ${at}`, event.type, event)),
      named('silence 0', 'silence', node),
    ];
  }
  if (node.op === 'branch') {
    const cases = node.cases.map((one, at) => named(`case ${at}`, `when ${one.when}`, one));
    return [...cases, named('otherwise', 'otherwise', node)];
  }
  if (node.op === 'call') {
    return [
      ...Object.keys(node.outcomes).map((outcome) => named(`outcome ${outcome}`, `${node.flow} ends ${outcome}`, node)),
      ...(node.otherwise === undefined ? [] : [named('otherwise', `${node.flow} ends otherwise`, node)]),
    ];
  }
  return waysByTarget(node, index);
}

/** Ways that are told by where they lead, since each leads somewhere of its own. */
function waysByTarget(node: Node, index: number): readonly Way[] {
  const to = (target: number, about: string, { line, column }: Position): Way => ({
    ...{ node: target, line, column },
    title: `${node.state}: ${about}`,
  });
  if (node.op === 'split') return node.shares.map(({ share, ...one }) => to(one.to, `share ${share}`, one));
  if (node.op === 'loop') {
    return [
      to(index + 1, 'another round', node),
      ...(node.while === undefined ? [] : [to(node.done, 'done', node)]),
      to(node.exhausted, 'exhausted', node),
    ];
  }
  return Object.entries(node).flatMap(([key, target]) =>
    FURTHER_TARGETS.has(key) && typeof target === 'number' ? [to(target, key, node)] : [],
  );
}

/** Keys of other nodes that say where one of several ways leads. */
const FURTHER_TARGETS: ReadonlySet<string> = new Set(['failed', 'returned', 'nobody', 'silence', 'skipped']);

/** Ways into a flow from wherever it is. */
function waysInto(flow: Flow): readonly Way[] {
  const [first] = flow.nodes;
  const place = { line: first?.line ?? 1, column: first?.column ?? 1 };
  const at = (node: number, title: string): Way => ({ node, ...(flow.nodes[node] ?? place), title });
  return [
    ...flow.interrupts.map(({ to, on, line, column }, index) => ({
      ...{ node: to, line, column },
      title: `anytime ${on ? on.type : wordOf(flow.interruptWords, index)}`,
    })),
    ...(flow.failed === undefined ? [] : [at(flow.failed, 'failed')]),
    ...(flow.expired === undefined ? [] : [at(flow.expired, 'expired')]),
  ].map(({ node, line, column, title }) => ({ node, line, column, title }));
}

/** The first word that an entry expects, of whatever locale. */
function wordOf(words: WordTable, index: number): string {
  for (const ofLocale of Object.values(words)) {
    const word = Object.keys(ofLocale).find((candidate) => ofLocale[candidate] === index);
    if (word !== undefined) return `"${word}"`;
  }
  return String(index + 1);
}
