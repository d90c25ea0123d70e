/** A question as a state with one inside for every stage of silence. */
import type { Json, JsonObject } from '../../json.ts';
import type { AskNode, Node, Target, WaitAgainNode } from '../../machine/nodes.ts';
import { isPlain, waitsAgainFor } from '../exits.ts';
import { entriesOf, interruptWordsOf, REPLY } from './happenings.ts';
import { go, idOf, named, type Place } from './place.ts';

/** `asked` sends the question; every stage of silence waits for a reply, for as long as it says. */
export function questionState(place: Place, node: Node & AskNode, index: Target, meta: JsonObject): JsonObject {
  let withinMs: number | undefined = node.withinMs;
  const stages = node.silence.map(({ to }, stage) => {
    const after = { [`${withinMs ?? node.withinMs}`]: go(place, to) };
    withinMs = waitsAgainFor(place.flow, to);
    return [`silence${stage}`, { after }] as const;
  });
  return {
    ...named(place, index),
    description: node.state,
    initial: 'asked',
    states: {
      asked: {
        meta,
        entry: [{ type: 'say', params: sayOf(node) }],
        always: { target: 'silence0', actions: [{ type: 'asked', params: { node: index } }] },
      },
      ...Object.fromEntries(stages),
      latest: { type: 'history', history: 'shallow', target: 'silence0' },
    },
    on: { [REPLY]: repliesOf(place, node, interruptWordsOf(place)) },
  };
}

export function askedAt({ flow }: Place, index: Target): JsonObject {
  const node = flow.nodes[index];
  return node?.op === 'ask' ? sayOf(node) : {};
}

/** Where a re-prompt waits on: at the stage it came from; a reminder, at the next. */
export function waitingAt(place: Place, node: WaitAgainNode, index: Target): string {
  if (node.withinMs === undefined) return `${idOf(place, node.ask)}.latest`;
  const { nodes } = place.flow;
  const ask = nodes[node.ask];
  const stage = ask?.op === 'ask' ? ask.silence.findIndex(({ to }) => leadsTo(nodes, to, index)) : -1;
  return `${idOf(place, node.ask)}.silence${stage + 1}`;
}

function leadsTo(nodes: readonly Node[], from: Target, to: Target): boolean {
  for (let at = from; at < to; at += 1) {
    const node = nodes[at];
    if (!node || !isPlain(node)) return false;
  }
  return from <= to;
}

function repliesOf(place: Place, node: AskNode, except: readonly string[]): Json {
  const { replies, words, any, into, otherwise } = node;
  const kept = into === undefined ? {} : { into };
  const rest = except.length === 0 ? {} : { except };
  const keep = (value: JsonObject): JsonObject => ({ type: 'keep', params: { ...kept, ...value } });
  const expected = replies.map(({ to, value }, index) => ({
    guard: { type: 'word', params: { words: entriesOf(words, index) } },
    ...go(place, to, keep(value === undefined ? {} : { value })),
  }));
  const fitting =
    any === undefined
      ? []
      : [{ guard: { type: 'fits', params: { ...kept, ...rest } }, ...go(place, any, keep({ text: true })) }];
  if (!otherwise) return [...expected, ...fitting];
  const { to, again = 0, exhausted } = otherwise;
  const miss = { type: 'miss' };
  const exhausting =
    exhausted === undefined
      ? []
      : [{ guard: { type: 'missed', params: { more: again, ...rest } }, ...go(place, exhausted, miss) }];
  return [
    ...expected,
    ...fitting,
    ...exhausting,
    { guard: { type: 'unexpected', params: rest }, ...go(place, to, miss) },
  ];
}

/** By type: the first that is meant. */
export function sayOf({ text, choices }: Pick<AskNode, 'text' | 'choices'>): JsonObject {
  return { text: text, ...(choices ? { choices: choices as unknown as Json } : {}) };
}
