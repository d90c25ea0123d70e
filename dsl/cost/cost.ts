/** What a definition costs as SMS: per locale, each text and each outcome. */
import type { Parts, Text } from '../machine/expressions.ts';
import { MAIN, type Machine } from '../machine/machine.ts';
import type { Choice, Message } from '../machine/message.ts';
import type { Node } from '../machine/nodes.ts';
import type { Position } from '../machine/position.ts';
import { NOTHING, type Figures } from './figures.ts';
import { segmentCost, type SegmentCost } from './segments.ts';
import { flowCost } from './ways.ts';

export interface DefinitionCost {
  readonly conversation: string;
  readonly ways: readonly WayCost[];
  readonly texts: readonly TextCost[];
}

/** All ways that end so. */
export interface WayCost extends Figures {
  readonly locale: string;
  readonly outcome: string;
  /** A circle of `goto` may make it dearer: one round of each is counted. */
  readonly isOpen?: true;
}

/** One message in one locale. */
export interface TextCost extends Figures, Position {
  /** The step that says it. */
  readonly state: string;
  readonly locale: string;
  readonly encoding: SegmentCost['encoding'];
  /** Characters that turn it into UCS-2, each once; `instead` is what GSM-7 has for it. */
  readonly outside: readonly { readonly character: string; readonly codePoints: string; readonly instead?: string }[];
}

/** What `anytime`, `failed` and `expired` say comes on top: it belongs to no one way. */
export function costOfDefinition(machine: Machine): DefinitionCost {
  return {
    conversation: machine.name,
    ways: machine.locales.flatMap((locale) => waysIn(machine, locale)),
    texts: machine.locales.flatMap((locale) => textsIn(machine, locale)),
  };
}

function waysIn(machine: Machine, locale: string): readonly WayCost[] {
  const { ways, isOpen } = flowCost(machine, MAIN, costIn(machine, locale));
  return [...ways]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([outcome, figures]) => ({ locale, outcome, ...figures, ...(isOpen ? { isOpen } : {}) }));
}

function costIn(machine: Machine, locale: string): (node: Node) => Figures {
  const known = new Map<Node, Figures>();
  return (node) => {
    const before = known.get(node);
    if (before) return before;
    const made = figuresOf(machine, node, locale);
    known.set(node, made);
    return made;
  };
}

function figuresOf(machine: Machine, node: Node, locale: string): Figures {
  const said = saidBy(machine, node);
  return said ? segmentsOf(machine, said, locale) : NOTHING;
}

type Said = Message & { readonly choices?: readonly Choice[] | undefined };

/** A `repeat` says its question, which stands in the same flow. */
function saidBy(machine: Machine, node: Node): Said | undefined {
  if (node.op === 'say' || node.op === 'ask') return node;
  if (node.op !== 'repeat') return undefined;
  const flow = Object.values(machine.flows).find(({ nodes }) => nodes.includes(node));
  const question = flow?.nodes[node.ask];
  return question?.op === 'ask' ? question : undefined;
}

function segmentsOf(machine: Machine, { text, choices = [], media = [], on }: Said, locale: string): SegmentCost {
  const partsOf = (localized: Text): Parts => localized[locale] ?? localized[machine.locales[0] ?? 'en'] ?? [];
  return segmentCost({
    parts: partsOf(on?.['sms']?.text ?? text),
    choices: choices.map(({ label }) => partsOf(label)),
    media,
  });
}

function textsIn(machine: Machine, locale: string): readonly TextCost[] {
  return Object.values(machine.flows).flatMap(({ nodes }) =>
    nodes.flatMap((node) => {
      if (node.op !== 'say' && node.op !== 'ask') return [];
      const { outside, ...cost } = segmentsOf(machine, node, locale);
      const { state, line, column } = node;
      const each = new Map(outside.map(({ character, codePoints, instead }) => [character, { codePoints, instead }]));
      return [
        {
          ...{ state, line, column, locale, ...cost },
          outside: [...each].map(([character, { codePoints, instead }]) => ({
            ...{ character, codePoints },
            ...(instead === undefined ? {} : { instead }),
          })),
        },
      ];
    }),
  );
}

/** The dearest way; undefined where nothing ends. */
export function dearestOf({ ways }: DefinitionCost): WayCost | undefined {
  return ways.reduce<WayCost | undefined>((most, way) => (most && most.max >= way.max ? most : way), undefined);
}
