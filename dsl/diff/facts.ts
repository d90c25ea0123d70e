/** Everything of a machine that somebody would notice, as single facts to compare. */
import { diagramOf, ENDINGS, type DiagramFlow } from '../diagram/graph.ts';
import { waitsAgainFor } from '../diagram/exits.ts';
import { sourceOf } from '../diagram/words.ts';
import type { Text, Value } from '../machine/expressions.ts';
import type { Flow } from '../machine/flow.ts';
import { MAIN, type Machine } from '../machine/machine.ts';
import type { Message, Template } from '../machine/message.ts';
import type { AskNode, AwaitedEvent, Node } from '../machine/nodes.ts';
import { formatDuration } from '../text/format-duration.ts';
import type { Fact, FactKind } from './fact.ts';
import { declarationFacts } from './flows.ts';
import { settingFacts } from './settings.ts';
import { dailyTimeText, valueText } from './values.ts';

/** `names`: what to call a state, where not by its own name. */
export function factsOf(machine: Machine, names: ReadonlyMap<string, string>): readonly Fact[] {
  const nameOf = (state: string): string => names.get(state) ?? state;
  const { flows } = diagramOf(machine);
  return [
    ...settingFacts(machine),
    ...Object.entries(machine.flows).flatMap(([name, flow]) => [
      ...declarationFacts(name, flow),
      ...flow.nodes.flatMap((node) => nodeFacts(flow, node, nameOf(node.state))),
      ...flow.interrupts.flatMap(({ on }, at) =>
        on ? [awaitedFact(`${name === MAIN ? '' : `${name}/`}anytime-${at + 1}: event`, on)] : [],
      ),
      ...wordFacts('anytime', flow.interruptWords, (entry) => `${name === MAIN ? '' : `${name}/`}anytime-${entry + 1}`),
    ]),
    ...flows.flatMap((flow) => pathsOf(flow, nameOf)),
  ];
}

function nodeFacts(flow: Flow, node: Node, step: string): readonly Fact[] {
  const logic = (about: string, value: string): Fact => ({ kind: 'logic', where: `${step}: ${about}`, value });
  const entries = (about: string, values: Readonly<Record<string, Value>>): readonly Fact[] =>
    Object.entries(values).map(([name, value]) => logic(`${about} ${name}`, valueText(value)));
  switch (node.op) {
    case 'say':
      return messageFacts(node, `${step}: says`);
    case 'ask':
      return [...messageFacts(node, `${step}: asks`), ...questionFacts(flow, node, step)];
    case 'delay': {
      const { forMs, until, at } = node;
      const moment = at ? dailyTimeText(at) : (until ?? '');
      const value = forMs === undefined ? `until ${moment}` : formatDuration(forMs);
      return [{ kind: 'timing', where: `${step}: waits`, value }];
    }
    case 'listen':
      return [
        { kind: 'timing', where: `${step}: listens within`, value: formatDuration(node.withinMs) },
        logic('listens for', node.done === undefined ? 'any of them' : 'all of them'),
        ...node.events.map((event, at) => awaitedFact(`${step}: event ${at + 1}`, event)),
      ];
    case 'loop':
      return [
        { kind: 'path', where: `${step}: rounds`, value: `at most ${node.most}` },
        ...(node.while === undefined ? [] : [{ kind: 'path', where: `${step}: while`, value: node.while } as const]),
      ];
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
      return entries('sets', node.values);
    case 'emit':
      return [logic('emits', `${node.type} ${valueText(node.data)}`)];
    case 'update':
      return [
        ...(node.locale ? [logic('updates locale', valueText(node.locale))] : []),
        ...(node.zone ? [logic('updates zone', valueText(node.zone))] : []),
        ...entries('updates', node.attributes),
      ];
    case 'fetch':
      return [logic('fetches', node.source), ...entries('asks with', node.with)];
    case 'call':
      return [logic('calls', node.flow), ...entries('calls with', node.with)];
    // Where they lead is told by the paths.
    case 'branch':
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
  return [
    ...textFacts('text', where, text),
    ...Object.entries(on ?? {}).flatMap(([connector, parts]) =>
      Object.entries(parts as Readonly<Record<string, Text>>).flatMap(([part, of]) =>
        textFacts('text', `${where} by ${connector}${part === 'text' ? '' : `, ${part}`}`, of),
      ),
    ),
    ...(media ?? []).flatMap(({ url, alt }): readonly Fact[] => [
      { kind: 'text', where: `${where}, media`, value: sourceOf(url) },
      ...textFacts('text', `${where}, media in words`, alt ?? {}),
    ]),
    ...(template ? [{ kind: 'text', where: `${where}, template`, value: templateText(template) } as const] : []),
  ];
}

function templateText({ name, with: values }: Template): string {
  return `${name} ${valueText({ map: values })}`;
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
  const logic = (about: string, value: string | undefined): readonly Fact[] =>
    value === undefined ? [] : [{ kind: 'logic', where: `${step}: ${about}`, value }];
  return [
    ...logic('keeps the reply in', node.into),
    ...logic('takes a reply if', node.check),
    ...node.replies.flatMap(({ value }, at) =>
      logic(`reply ${at + 1} stands for`, value === undefined ? undefined : JSON.stringify(value)),
    ),
    ...(node.typos ? [{ kind: 'words', where: `${step}: typos`, value: 'taken' } as const] : []),
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
      kind === 'end' && !ENDS_WITHOUT_OUTCOME.has(title)
        ? `ends ${title}`
        : state === undefined
          ? title
          : nameOf(state),
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

const ENDS_WITHOUT_OUTCOME: ReadonlySet<string> = new Set(Object.values(ENDINGS));

function wayName(way: string, label: string | undefined): string {
  if (way.startsWith('case') && label !== undefined) return ` (when ${label})`;
  const [kind = '', index = '0'] = way.split(' ');
  return ` (${kind} ${Number(index) + 1})`;
}
