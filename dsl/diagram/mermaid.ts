/** A diagram as Mermaid: for README files, wikis and whatever else draws it. */
import { MAIN } from '../machine/machine.ts';
import type { Box, Diagram, DiagramFlow, Edge } from './graph.ts';
import { withReturns } from './returns.ts';
import { shortened } from './words.ts';

/** Characters of a label before it breaks into lines, which Mermaid does not do by itself in every place. */
const LABEL_CHARACTERS = 60;

/** `flowchart TB`: steps from the top in the order of the file, snippets as subgraphs, time-outs dashed. */
export function mermaidOf(diagram: Diagram): string {
  const calls = diagram.flows.flatMap(({ boxes }) => boxes.filter((box) => box.calls !== undefined));
  return [
    '---',
    `title: ${JSON.stringify(diagram.name)}`,
    '---',
    'flowchart TB',
    ...diagram.flows.map(withReturns).flatMap(flowLines),
    ...calls.flatMap((box) => callLine(diagram, box)),
    ...CLASSES,
    '',
  ].join('\n');
}

const CLASSES = [
  '  classDef start fill:#e6f4ea,stroke:#34a853',
  '  classDef anytime fill:#fff4e5,stroke:#e8710a',
  '  classDef question fill:#e8f0fe,stroke:#4285f4',
  '  classDef done fill:#f1f3f4,stroke:#5f6368',
];

const CLASS_OF: Readonly<Partial<Record<Box['kind'], string>>> = {
  start: 'start',
  anytime: 'anytime',
  question: 'question',
  end: 'done',
};

function flowLines({ name, boxes, edges }: DiagramFlow): readonly string[] {
  const lines = [...boxes.map(boxLine), ...edges.map(edgeLine)];
  if (name === MAIN) return lines.map((line) => `  ${line}`);
  return [
    `  subgraph ${subgraphId(name)}["${escaped(name)}"]`,
    '    direction TB',
    ...lines.map((line) => `    ${line}`),
    '  end',
  ];
}

const SHAPES: Readonly<Record<Exclude<Box['kind'], 'end'>, readonly [string, string]>> = {
  start: ['([', '])'],
  anytime: ['([', '])'],
  step: ['[', ']'],
  question: ['[', ']'],
  choice: ['{{', '}}'],
  call: ['[[', ']]'],
  wait: ['[/', '/]'],
};

function boxLine({ id, kind, title, lines }: Box): string {
  const [open, close] = kind === 'end' ? SHAPES.start : SHAPES[kind];
  const isNamed = kind === 'start' || kind === 'anytime' || kind === 'end';
  const head = isNamed ? escaped(title) : `<b>${escaped(title)}</b>`;
  const style = CLASS_OF[kind];
  const text = [head, ...lines.map(escaped)].join('<br>');
  return `${id}${open}"${text}"${close}${style === undefined ? '' : `:::${style}`}`;
}

function edgeLine({ from, to, labels, isTimeOut }: Edge): string {
  const arrow = isTimeOut ? '-.->' : '-->';
  if (labels.length === 0) return `${from} ${arrow} ${to}`;
  return `${from} ${arrow}|"${labels.map((label) => escaped(shortened(label, LABEL_CHARACTERS))).join('<br>')}"| ${to}`;
}

/** From where it is called to where it begins; its outcomes lead on from the call. */
function callLine({ flows }: Diagram, { id, calls = '' }: Box): readonly string[] {
  const start = flows.find(({ name }) => name === calls)?.boxes[0];
  return start ? [`  ${id} -.-o ${start.id}`] : [];
}

function subgraphId(name: string): string {
  return `flow_${name.replaceAll(/\W/g, (character) => `_${character.charCodeAt(0).toString(16)}`)}`;
}

/** Mermaid's own entities: whatever stands in a label is text, neither markup nor syntax. */
function escaped(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}\p{Zs}.,!?'“”…:%/()+*=-]/gu, (character) => {
    return `#${(character.codePointAt(0) ?? 0).toString()};`;
  });
}
