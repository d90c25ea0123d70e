import type { Flow } from '../../machine/flow.ts';
import type { AskNode, BranchNode, CallNode, ListenNode, Node, Target } from '../../machine/nodes.ts';
import { answer, attribute, EVENT, FAILURE, REPLY, RESULT, variable, type Fact } from './facts.ts';

/** From a node to one that may follow it. */
export interface Way {
  readonly to: Target;
  /** What has a value on it. */
  readonly gives: readonly Fact[];
  /** What gets another value, so that nothing is known of its parts. */
  readonly renews?: readonly Fact[];
  /** For people, where the node has several. */
  readonly title?: string;
}

/** What the analysis knows besides the flow. */
export interface Knowledge {
  /** What an expression tells where it is true, or false; `event`: the type of the one that it sees. */
  readonly told: (expression: string, truth: boolean, event?: string) => readonly Fact[];
  /** What has a value for the caller whenever the flow ends with one of these outcomes. */
  readonly givenBy: (flow: string, outcomes: (outcome: string) => boolean) => readonly Fact[];
}

export function waysFrom(flow: Flow, index: number, node: Node, knowledge: Knowledge): readonly Way[] {
  const next = { to: index + 1, gives: [] };
  switch (node.op) {
    case 'ask':
      return waysFromQuestion(node);
    case 'branch':
      return waysFromBranch(node, knowledge);
    case 'call':
      return waysFromCall(node, knowledge);
    case 'set':
      return [waySetting(index + 1, Object.keys(node.values).map(variable))];
    case 'update':
      return [waySetting(index + 1, Object.keys(node.attributes).map(attribute))];
    case 'fetch':
      return [
        { ...waySetting(index + 1, [answer(node.source)]), title: `${node.source} answers` },
        { to: node.failed, gives: [], renews: [FAILURE], title: `${node.source} fails` },
      ];
    case 'split':
      return node.shares.map(({ to, share }) => ({ to, gives: [], title: `${share} %` }));
    case 'loop': {
      const holds = node.while === undefined ? [] : knowledge.told(node.while, true);
      return [
        { to: index + 1, gives: holds },
        { to: node.done, gives: [], title: 'done' },
        { to: node.exhausted, gives: [], title: 'exhausted' },
      ];
    }
    case 'goto':
      return [{ to: node.to, gives: [] }];
    case 'handoff':
      return [
        { to: node.returned, gives: [], title: 'returned' },
        { to: node.nobody, gives: [], title: 'nobody' },
      ];
    case 'listen':
      return waysFromListen(flow, node, knowledge);
    case 'wait-again':
    case 'await-rest':
    case 'resume':
    case 'restart':
    case 'fail':
    case 'end':
      return [];
    case 'say':
    case 'repeat':
    case 'emit':
    case 'delay':
    case 'begin-loop':
    case 'leave':
      return flow.nodes.length > index + 1 ? [next] : [];
  }
}

function waysFromQuestion({ replies, into, any, otherwise, silence, words }: AskNode): readonly Way[] {
  const kept = into === undefined ? [REPLY] : [REPLY, variable(into)];
  return [
    ...replies.map(({ to, value }, index) => ({
      to,
      gives: value === undefined ? [REPLY] : kept,
      title: `"${wordOf(words, index)}"`,
    })),
    ...(any === undefined ? [] : [{ to: any, gives: kept, title: 'a reply' }]),
    ...(otherwise ? [{ to: otherwise.to, gives: [REPLY], title: 'otherwise' }] : []),
    ...(otherwise?.exhausted === undefined ? [] : [{ to: otherwise.exhausted, gives: [REPLY], title: 'exhausted' }]),
    ...silence.map(({ to }) => ({ to, gives: [], title: 'silence' })),
  ];
}

function wordOf(words: AskNode['words'], entry: number): string {
  for (const known of Object.values(words))
    for (const [word, index] of Object.entries(known)) if (index === entry) return word;
  return '';
}

/** Where all are waited for, what each keeps is known only once every one has come. */
function waysFromListen({ nodes }: Flow, { events, done, silence }: ListenNode, { told }: Knowledge): readonly Way[] {
  const kept = done === undefined ? [] : events.flatMap(({ to }) => setOnTheWay(nodes, to));
  return [
    ...events.map(({ to, type, when }) => ({
      ...{ to, gives: when === undefined ? [] : told(when, true, type), renews: [EVENT] },
      title: type,
    })),
    ...(done === undefined ? [] : [{ to: done, gives: kept, title: 'all have come' }]),
    { to: silence, gives: [], title: 'silence' },
  ];
}

/** From an event of `all` to where the rest is waited for; nothing branches there. */
function setOnTheWay(nodes: readonly Node[], start: Target): readonly Fact[] {
  const facts: Fact[] = [];
  for (let at = start; ; at += 1) {
    const node = nodes[at];
    if (!node || node.op === 'await-rest') return facts;
    if (node.op === 'set') facts.push(...Object.keys(node.values).map(variable));
  }
}

function waysFromBranch({ cases, otherwise }: BranchNode, { told }: Knowledge): readonly Way[] {
  const notBefore: Fact[] = [];
  const ways = cases.map(({ when, to }) => {
    const gives = [...notBefore, ...told(when, true)];
    notBefore.push(...told(when, false));
    return { to, gives, title: when };
  });
  return [...ways, { to: otherwise, gives: notBefore, title: 'otherwise' }];
}

function waysFromCall({ flow, outcomes, otherwise }: CallNode, { givenBy }: Knowledge): readonly Way[] {
  const renews = [RESULT];
  const ways = Object.entries(outcomes).map(([outcome, to]) => ({
    ...{ to, gives: givenBy(flow, (one) => one === outcome), renews },
    title: `${flow} ends ${outcome}`,
  }));
  if (otherwise === undefined) return ways;
  const gives = givenBy(flow, (outcome) => !Object.hasOwn(outcomes, outcome));
  return [...ways, { to: otherwise, gives, renews, title: `${flow} ends otherwise` }];
}

function waySetting(to: Target, facts: readonly Fact[]): Way {
  return { to, gives: facts, renews: facts };
}

/** Where the conversation may rest, so that interrupts and its end of life come there. */
export function rests(node: Node): boolean {
  return !['say', 'set', 'emit', 'update', 'goto', 'branch', 'split', 'loop', 'begin-loop', 'end'].includes(node.op);
}
