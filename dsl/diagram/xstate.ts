/**
 * A machine as a configuration of XState 5: plain JSON that `createMachine` takes. A node is a state, a question one with
 * a state per stage of silence, a call the flow that is called, in place. What decides and what acts have names and
 * parameters, and whoever runs the machine implements them; see docs/authoring.md.
 */
import type { Json, JsonObject } from '../json.ts';
import {
  MAIN,
  flowOf,
  type AskNode,
  type AwaitedEvent,
  type CallNode,
  type Machine,
  type Node,
  type Position,
  type Target,
} from '../machine.ts';
import { isPlain, listensFor } from './exits.ts';

/** What a message brings: `{ type: 'reply', text }`. */
const REPLY = 'reply';
const CONVERSATION = 'conversation';
/** Where it was before an interrupt. */
const LATEST = { type: 'history', history: 'deep' };
/** Of a conversation that ends so after its last words. */
const FAILED = 'failed';
/** The states of an exported machine that more calls than this would make are drawings of nobody. */
const MAX_STATES = 20_000;

/** Throws RangeError where calls within calls make more states than anything could draw. */
export function xstateOf(machine: Machine): JsonObject {
  return new Export(machine).config();
}

/** Where an inlined flow stands: what its ends lead to. */
interface Place {
  readonly flow: string;
  readonly prefix: string;
  readonly call?: { readonly node: CallNode; readonly from: Place };
}

/** A node with its place. */
type At<N> = N & Position & { readonly state: string };

class Export {
  private readonly machine: Machine;
  private readonly outcomes = new Set<string>();
  private states = 0;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  config(): JsonObject {
    const { machine } = this;
    const main: Place = { flow: MAIN, prefix: '' };
    const { failed, expired } = flowOf(machine, MAIN);
    const happenings = {
      ...this.interruptsOf(main),
      ...(failed === undefined ? {} : { failure: go(main, failed) }),
      ...(expired === undefined ? {} : { expiry: go(main, expired) }),
    };
    const endings = failed === undefined && expired === undefined ? [] : [FAILED];
    return {
      id: machine.name,
      ...(machine.about === undefined ? {} : { description: machine.about }),
      initial: 'conversation',
      meta: { definition: machine.name, version: machine.version, lifetimeMs: machine.lifetimeMs },
      states: {
        conversation: {
          id: CONVERSATION,
          initial: 'n0',
          states: { ...this.flow(main), latest: LATEST },
          ...(Object.keys(happenings).length === 0 ? {} : { on: happenings }),
        },
        ...Object.fromEntries(
          [...this.outcomes, ...endings].map((outcome) => [
            nameOf(outcome),
            { id: nameOf(outcome), type: 'final', description: outcome, output: { outcome } },
          ]),
        ),
      },
    };
  }

  private flow(place: Place): JsonObject {
    const { nodes } = flowOf(this.machine, place.flow);
    this.states += nodes.length;
    if (this.states > MAX_STATES) throw new RangeError(`"${this.machine.name}" makes more than ${MAX_STATES} states`);
    return Object.fromEntries(nodes.map((node, index) => [`n${index}`, this.state(place, node, index)]));
  }

  private interruptsOf(place: Place): JsonObject {
    const { interrupts, interruptWords } = flowOf(this.machine, place.flow);
    const words = interrupts.flatMap(({ to, on }, index) =>
      on ? [] : [{ guard: { type: 'word', params: { words: entriesOf(interruptWords, index) } }, ...go(place, to) }],
    );
    const events = interrupts.flatMap(({ to, on }) => (on ? [{ event: on, to: go(place, to) }] : []));
    return { ...(words.length === 0 ? {} : { [REPLY]: words }), ...awaitedBy(events) };
  }

  /** Words that are no reply, whatever is asked: of the flow, and of those that called it. */
  private interruptWords(place: Place): readonly string[] {
    const { interruptWords } = flowOf(this.machine, place.flow);
    const own = Object.values(interruptWords).flatMap((words) => Object.keys(words));
    return place.call ? [...own, ...this.interruptWords(place.call.from)] : own;
  }

  private state(place: Place, node: Node, index: Target): JsonObject {
    const meta = { step: node.state, flow: place.flow, node: index };
    if (node.op === 'ask') return this.question(place, node, index, meta);
    if (node.op === 'call') return this.call(place, node, index, meta);
    return { ...named(place, index), description: node.state, meta, ...this.plain(place, node, index) };
  }

  /** `asked` sends the question; every stage of silence waits for a reply, for as long as it says. */
  private question(place: Place, node: At<AskNode>, index: Target, meta: JsonObject): JsonObject {
    let withinMs: number | undefined = node.withinMs;
    const stages = node.silence.map(({ to }, stage) => {
      const after = { [`${withinMs ?? node.withinMs}`]: go(place, to) };
      withinMs = listensFor(flowOf(this.machine, place.flow), to);
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
      on: { [REPLY]: repliesOf(place, node, this.interruptWords(place)) },
    };
  }

  /** The flow that is called stands inside; its ends lead to where the outcome leads. */
  private call(place: Place, node: At<CallNode>, index: Target, meta: JsonObject): JsonObject {
    const inner: Place = { flow: node.flow, prefix: `${place.prefix}n${index}.`, call: { node, from: place } };
    const { interrupts } = flowOf(this.machine, node.flow);
    return {
      ...named(place, index),
      description: `${node.state}: calls ${node.flow}`,
      initial: 'called',
      states: {
        called: {
          meta,
          always: { target: 'n0', actions: [{ type: 'call', params: { flow: node.flow, with: node.with } }] },
        },
        ...this.flow(inner),
        latest: LATEST,
      },
      ...(interrupts.length === 0 ? {} : { on: this.interruptsOf(inner) }),
    };
  }

  private plain(place: Place, node: Exclude<Node, { op: 'ask' | 'call' }>, index: Target): JsonObject {
    const next = go(place, index + 1);
    switch (node.op) {
      case 'say':
        return { entry: [{ type: 'say', params: sayOf(node) }], always: next };
      case 'repeat':
        return { entry: [{ type: 'say', params: this.questionAt(place, node.ask) }], always: next };
      case 'set':
        return { entry: [{ type: 'set', params: { values: node.values } }], always: next };
      case 'update':
        return { entry: [{ type: 'update', params: { attributes: node.attributes } }], always: next };
      case 'emit':
        return { entry: [{ type: 'emit', params: { type: node.type, data: node.data } }], always: next };
      case 'goto':
        return { always: go(place, node.to) };
      case 'wait-again':
        return { always: { target: `#${this.waitingAt(place, node, index)}`, reenter: true } };
      case 'delay':
        return { after: { [node.forMs ?? `until ${node.until ?? JSON.stringify(node.at)}`]: next } };
      case 'listen': {
        const goOn = (to: Target, event: number): JsonObject =>
          node.done === undefined ? go(place, to) : go(place, to, { type: 'came', params: { listen: index, event } });
        return {
          on: awaitedBy(node.events.map((event, at) => ({ event, to: goOn(event.to, at) }))),
          after: { [node.withinMs]: go(place, node.silence) },
        };
      }
      case 'await-rest':
        return {
          always: [
            {
              guard: { type: 'allCame', params: { listen: node.listen } },
              ...go(place, this.doneAt(place, node.listen)),
            },
            go(place, node.listen),
          ],
        };
      case 'branch':
        return {
          always: [
            ...node.cases.map(({ when, to }) => ({ guard: expression(when), ...go(place, to) })),
            go(place, node.otherwise),
          ],
        };
      case 'split':
        return {
          always: node.shares.map(({ to }, at) => ({
            guard: { type: 'share', params: { at, of: node.shares.map(({ share }) => share), step: node.state } },
            ...go(place, to),
          })),
        };
      case 'begin-loop':
        return { entry: [{ type: 'beginRounds', params: { loop: index + 1 } }], always: next };
      case 'loop':
        return {
          always: [
            ...(node.while === undefined ? [] : [{ guard: negated(node.while), ...go(place, node.done) }]),
            {
              guard: { type: 'roundsLeft', params: { loop: index, most: node.most } },
              ...go(place, index + 1, { type: 'beginRound', params: { loop: index } }),
            },
            go(place, node.exhausted),
          ],
        };
      case 'end':
        return { always: this.ending(place, node.outcome) };
      case 'resume':
        return { always: { target: `#${place.prefix === '' ? `${CONVERSATION}.` : place.prefix}latest` } };
      case 'restart':
        return { always: go(place, 0, { type: 'restart' }) };
      case 'fail':
        return { always: { target: `#${nameOf(FAILED)}` } };
      case 'leave':
        return { always: next };
      case 'fetch':
        return {
          entry: [{ type: 'fetch', params: { source: node.source, with: node.with } }],
          on: {
            received: go(place, index + 1, { type: 'received', params: { source: node.source } }),
            failed: go(place, node.failed),
          },
        };
      case 'handoff':
        return {
          entry: [{ type: 'handOff', params: { queue: node.queue } }],
          on: { returned: go(place, node.returned), nobody: go(place, node.nobody) },
          ...(node.withinMs === undefined ? {} : { after: { [node.withinMs]: go(place, node.nobody) } }),
        };
    }
  }

  private ending({ call, flow }: Place, outcome: string): JsonObject {
    if (!call) {
      this.outcomes.add(outcome);
      return { target: `#${nameOf(outcome)}` };
    }
    const to = call.node.outcomes[outcome] ?? call.node.otherwise ?? 0;
    return go(call.from, to, { type: 'return', params: { flow, returns: flowOf(this.machine, flow).returns } });
  }

  private doneAt(place: Place, index: Target): Target {
    const node = flowOf(this.machine, place.flow).nodes[index];
    return node?.op === 'listen' ? (node.done ?? index) : index;
  }

  private questionAt(place: Place, index: Target): JsonObject {
    const node = flowOf(this.machine, place.flow).nodes[index];
    return node?.op === 'ask' ? sayOf(node) : {};
  }

  /** Where a re-prompt waits on: at the stage it came from; a reminder, at the next. */
  private waitingAt(place: Place, node: Node & { readonly op: 'wait-again' }, index: Target): string {
    if (node.withinMs === undefined) return `${id(place, node.ask)}.latest`;
    const { nodes } = flowOf(this.machine, place.flow);
    const ask = nodes[node.ask];
    const stage = ask?.op === 'ask' ? ask.silence.findIndex(({ to }) => leadsTo(nodes, to, index)) : -1;
    return `${id(place, node.ask)}.silence${stage + 1}`;
  }
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
function awaitedBy(entries: readonly { readonly event: AwaitedEvent; readonly to: JsonObject }[]): JsonObject {
  const byType: Record<string, JsonObject[]> = {};
  for (const { event, to } of entries) {
    const { type, key, equals, when } = event;
    const params = { key, equals, ...(when === undefined ? {} : { when }) };
    (byType[type] ??= []).push({ guard: { type: 'correlates', params }, ...to });
  }
  return byType;
}

function sayOf({ text, choices }: Pick<AskNode, 'text' | 'choices'>): JsonObject {
  return { text: text, ...(choices ? { choices: choices as unknown as Json } : {}) };
}

function entriesOf(words: AskNode['words'], entry: number): JsonObject {
  return Object.fromEntries(
    Object.entries(words).map(([locale, table]) => [
      locale,
      Object.keys(table).filter((word) => table[word] === entry),
    ]),
  );
}

/** Always leaves and enters again: a step that leads to itself begins anew. */
function go({ prefix }: Place, to: Target, ...actions: readonly JsonObject[]): JsonObject {
  return { target: `#${prefix}n${to}`, reenter: true, ...(actions.length === 0 ? {} : { actions }) };
}

function expression(cel: string): JsonObject {
  return { type: 'expression', params: { cel } };
}

function negated(cel: string): JsonObject {
  return { type: 'expression', params: { cel, not: true } };
}

/** Only states of the conversation itself need an id; what a call holds is found below it. */
function named(place: Place, index: Target): JsonObject {
  return place.call ? {} : { id: id(place, index) };
}

function id({ prefix }: Place, index: Target): string {
  return `${prefix}n${index}`;
}

/** Ids are paths: dots of the author's would be steps down. */
function nameOf(outcome: string): string {
  return `end ${outcome.replaceAll('.', '·')}`;
}
