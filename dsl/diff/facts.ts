/** Everything of a machine that a person, an author or another system would notice, as single facts to compare. */
import { diagramOf, type DiagramFlow } from '../diagram/graph.ts';
import { waitsAgainFor } from '../diagram/exits.ts';
import { sourceOf, startTitle } from '../diagram/words.ts';
import {
  MAIN,
  type AskNode,
  type AwaitedEvent,
  type Flow,
  type Machine,
  type Message,
  type Node,
  type Text,
} from '../machine.ts';
import { formatDuration } from '../text/format-duration.ts';

export type FactKind = 'text' | 'choice' | 'words' | 'timing' | 'path' | 'start' | 'input' | 'setting' | 'logic';

export interface Fact {
  readonly kind: FactKind;
  readonly where: string;
  readonly locale?: string;
  readonly value: string;
}

/** `names`: what to call a state, where not by its own name. */
export function factsOf(machine: Machine, names: ReadonlyMap<string, string>): readonly Fact[] {
  const nameOf = (state: string): string => names.get(state) ?? state;
  const { flows } = diagramOf(machine);
  return [
    ...settingsOf(machine),
    ...Object.entries(machine.flows).flatMap(([name, flow]) => [
      ...inputsOf(name, flow),
      ...flow.nodes.flatMap((node) => nodeFacts(flow, node, nameOf(node.state))),
      ...flow.interrupts.flatMap(({ on }, at) =>
        on ? [awaitedFact(`${name === MAIN ? '' : `${name}/`}anytime-${at + 1}: event`, on)] : [],
      ),
      ...wordFacts('anytime', flow.interruptWords, (entry) => `${name === MAIN ? '' : `${name}/`}anytime-${entry + 1}`),
    ]),
    ...flows.flatMap((flow) => pathsOf(flow, nameOf)),
  ];
}

function settingsOf(machine: Machine): readonly Fact[] {
  const { locales, zone, lifetimeMs, priority, busy, send, stop, help } = machine;
  const setting = (where: string, value: unknown): readonly Fact[] =>
    value === undefined
      ? []
      : [{ kind: 'setting', where, value: typeof value === 'string' ? value : JSON.stringify(value) }];
  return [
    ...setting('conversation', machine.name),
    ...setting('about', machine.about),
    ...setting('locales', locales.join(', ')),
    ...setting('zone', zone),
    { kind: 'timing', where: 'lifetime', value: formatDuration(lifetimeMs) },
    ...setting('priority', priority),
    ...setting('busy', busy),
    ...setting('send', send),
    ...setting('stop', stop),
    ...setting('help', help),
    ...machine.starts.map((start): Fact => {
      const title = start.on === 'keyword' ? Object.values(start.words).flat().join(', ') : startTitle(start, locales);
      return { kind: 'start', where: `start by ${start.on}`, value: `${title} (again: ${start.again})` };
    }),
  ];
}

function inputsOf(name: string, { inputs }: Flow): readonly Fact[] {
  return Object.entries(inputs).map(([input, type]) => ({
    kind: 'input',
    where: name === MAIN ? input : `${name}/${input}`,
    value: JSON.stringify(type),
  }));
}

function nodeFacts(flow: Flow, node: Node, step: string): readonly Fact[] {
  switch (node.op) {
    case 'say':
      return messageFacts(node, `${step}: says`);
    case 'ask':
      return [...messageFacts(node, `${step}: asks`), ...questionFacts(flow, node, step)];
    case 'delay': {
      const { forMs, until, at } = node;
      const value = forMs === undefined ? `until ${until ?? JSON.stringify(at)}` : formatDuration(forMs);
      return [{ kind: 'timing', where: `${step}: waits`, value }];
    }
    case 'listen':
      return [
        { kind: 'timing', where: `${step}: listens within`, value: formatDuration(node.withinMs) },
        ...node.events.map((event, at) => awaitedFact(`${step}: event ${at + 1}`, event)),
      ];
    case 'loop':
      return [{ kind: 'path', where: `${step}: rounds`, value: `at most ${node.most}` }];
    case 'split':
      return [
        { kind: 'path', where: `${step}: shares`, value: node.shares.map(({ share }) => `${share} %`).join(', ') },
      ];
    case 'handoff':
      return [
        { kind: 'path', where: `${step}: hands over to`, value: node.queue },
        ...(node.withinMs === undefined
          ? []
          : [{ kind: 'timing', where: `${step}: within`, value: formatDuration(node.withinMs) } as const]),
      ];
    case 'set':
    case 'emit':
    case 'update':
    case 'fetch': {
      const { op, line: _, column: __, state: ___, ...rest } = node;
      const { failed: ____, ...values } = rest as { readonly failed?: unknown };
      return [{ kind: 'logic', where: `${step}: ${op}`, value: JSON.stringify(values) }];
    }
    // Where they lead is told by the paths.
    case 'branch':
    case 'call':
    case 'goto':
    case 'end':
    case 'begin-loop':
    case 'repeat':
    case 'wait-again':
    case 'await-rest':
    case 'leave':
    case 'resume':
    case 'restart':
    case 'fail':
      return [];
  }
}

function awaitedFact(where: string, { type, key, equals, when }: AwaitedEvent): Fact {
  return { kind: 'logic', where, value: `${type}, ${key} == ${equals}${when === undefined ? '' : `, when ${when}`}` };
}

function messageFacts({ text, on, media, template }: Message, where: string): readonly Fact[] {
  const others = { ...(media ? { media } : {}), ...(template ? { template } : {}) };
  return [
    ...textFacts('text', where, text),
    ...Object.entries(on ?? {}).flatMap(([connector, parts]) =>
      Object.entries(parts as Readonly<Record<string, Text>>).flatMap(([part, of]) =>
        textFacts('text', `${where} by ${connector}${part === 'text' ? '' : `, ${part}`}`, of),
      ),
    ),
    ...Object.entries(others).map(([key, value]): Fact => ({
      kind: 'text',
      where: `${where}, ${key}`,
      value: JSON.stringify(value),
    })),
  ];
}

function textFacts(kind: FactKind, where: string, text: Text): readonly Fact[] {
  return Object.entries(text).map(([locale, parts]) => ({ kind, where, locale, value: sourceOf(parts) }));
}

function questionFacts(flow: Flow, node: AskNode, step: string): readonly Fact[] {
  const timing = (where: string, value: string): Fact => ({ kind: 'timing', where: `${step}: ${where}`, value });
  const reminders = node.silence.flatMap(({ to }, stage): readonly Fact[] => {
    const withinMs = waitsAgainFor(flow, to);
    return withinMs === undefined ? [] : [timing(`within, after reminder ${stage + 1}`, formatDuration(withinMs))];
  });
  return [
    timing('within', formatDuration(node.withinMs)),
    ...reminders,
    ...(node.from === undefined ? [] : [timing('clock starts at', node.from)]),
    ...(node.otherwise?.again === undefined
      ? []
      : [{ kind: 'path', where: `${step}: asks again`, value: `at most ${node.otherwise.again} times` } as const]),
    ...(node.choices ?? []).flatMap(({ label }) => textFacts('choice', step, label)),
    ...wordFacts(step, node.words, () => step),
  ];
}

/** Per way: one that gets other words is the same way still. */
function wordFacts(where: string, words: AskNode['words'], nameOf: (entry: number) => string): readonly Fact[] {
  return Object.entries(words).flatMap(([locale, table]) => {
    const entries = [...new Set(Object.values(table))].sort((a, b) => a - b);
    return entries.map((entry): Fact => {
      const expected = Object.keys(table).filter((word) => table[word] === entry);
      return {
        kind: 'words',
        where: `${nameOf(entry)}: ${where === 'anytime' ? 'anytime' : `reply ${entry + 1}`}`,
        locale,
        value: expected.join(', '),
      };
    });
  });
}

/** By the names of steps and the ways, not the times: those are facts of their own. */
function pathsOf({ boxes, edges }: DiagramFlow, nameOf: (state: string) => string): readonly Fact[] {
  const names = new Map(
    boxes.map(({ id, kind, title, state }) => [
      id,
      kind === 'end' ? `ends ${title}` : state === undefined ? title : nameOf(state),
    ]),
  );
  const facts = edges.flatMap(({ from, to, ways, labels }) =>
    ways.map((way, index): Fact => {
      const how = /^(silence|case|reply|event)/.test(way)
        ? wayName(way, labels[index])
        : way === 'next'
          ? ''
          : ` (${way})`;
      const path = `${names.get(from) ?? from} → ${names.get(to) ?? to}${how}`;
      return { kind: 'path', where: path, value: 'leads there' };
    }),
  );
  // Boxes of one step may lead to the same.
  return [...new Map(facts.map((fact) => [fact.where, fact])).values()];
}

function wayName(way: string, label: string | undefined): string {
  if (way.startsWith('case') && label !== undefined) return ` (when ${label})`;
  const [kind = '', index = '0'] = way.split(' ');
  return ` (${kind} ${Number(index) + 1})`;
}
