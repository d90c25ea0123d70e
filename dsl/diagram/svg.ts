/** A diagram as SVG, without a browser: the conversation, and each snippet in a frame beside it. */
import { MAIN } from '../machine/machine.ts';
import { escapeXml } from '../report/xml.ts';
import type { Box, Diagram } from './graph.ts';
import { LINE_HEIGHT, placed, type PlacedBox, type PlacedEdge, type PlacedFlow, type Point } from './layout.ts';

const MARGIN = 24;
const TITLE_HEIGHT = 28;

export function svgOf(diagram: Diagram): string {
  const flows = diagram.flows.map(placed);
  let x = MARGIN;
  const parts: string[] = [];
  for (const flow of flows) {
    parts.push(flowGroup(flow, x));
    x += flow.width + 2 * MARGIN;
  }
  const width = Math.ceil(x);
  const height = Math.ceil(Math.max(...flows.map((flow) => flow.height)) + TITLE_HEIGHT + 2 * MARGIN);
  const title = escapeXml(diagram.name);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">`,
    `<title>${title}</title>`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" fill="#5f6368"/></marker></defs>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

const STYLE = [
  'text{font:12px system-ui,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;fill:#202124}',
  '.title{font-weight:600}',
  '.box{fill:#fff;stroke:#5f6368}',
  '.start{fill:#e6f4ea;stroke:#34a853}',
  '.anytime{fill:#fff4e5;stroke:#e8710a}',
  '.question{fill:#e8f0fe;stroke:#4285f4}',
  '.choice{fill:#fef7e0;stroke:#f9ab00}',
  '.end{fill:#f1f3f4}',
  '.edge{fill:none;stroke:#5f6368}',
  '.time-out{stroke-dasharray:5 4}',
  '.frame{fill:none;stroke:#bdc1c6;stroke-dasharray:2 3}',
  '.label{fill:#fff;fill-opacity:.85}',
].join('');

function flowGroup(flow: PlacedFlow, x: number): string {
  const frame =
    flow.name === MAIN
      ? []
      : [
          `<rect class="frame" x="${-MARGIN / 2}" y="${-MARGIN / 2}" width="${round(flow.width + MARGIN)}" height="${round(flow.height + MARGIN)}" rx="8"/>`,
          `<text class="title" x="0" y="${-MARGIN / 2 - 6}">${escapeXml(flow.name)}</text>`,
        ];
  return [
    `<g transform="translate(${round(x)} ${MARGIN + TITLE_HEIGHT})">`,
    ...frame,
    ...flow.edges.map(edgePath),
    ...flow.boxes.map(boxGroup),
    ...flow.edges.flatMap(edgeLabel),
    '</g>',
  ].join('\n');
}

function boxGroup({ box, x, y, width, height }: PlacedBox): string {
  const left = round(x - width / 2);
  const top = round(y - height / 2);
  const lines = [box.title, ...box.lines];
  const texts = lines.map((line, index) => {
    const style = index === 0 && isNamed(box) ? ' class="title"' : '';
    const baseline = round(y + (index - (lines.length - 1) / 2) * LINE_HEIGHT + 4);
    return `<text${style} x="${round(x)}" y="${baseline}" text-anchor="middle">${escapeXml(line)}</text>`;
  });
  return [
    `<g id="${box.id}"><rect class="box ${box.kind}" x="${left}" y="${top}" width="${round(width)}" height="${round(height)}" rx="${radiusOf(box, height)}"/>`,
    // A call is a box with double sides, as in flow charts.
    ...(box.kind === 'call'
      ? [
          `<path class="edge" d="M${left + 5} ${top}v${round(height)}M${round(x + width / 2 - 5)} ${top}v${round(height)}"/>`,
        ]
      : []),
    ...texts,
    '</g>',
  ].join('');
}

function isNamed({ kind }: Box): boolean {
  return kind !== 'start' && kind !== 'anytime' && kind !== 'end';
}

function radiusOf(box: Box, height: number): number {
  return isNamed(box) ? 4 : round(height / 2);
}

function edgePath({ edge, points }: PlacedEdge): string {
  return `<path class="edge${edge.isTimeOut ? ' time-out' : ''}" d="${smooth(points)}" marker-end="url(#arrow)"/>`;
}

/** Through the middles between the points, so that corners are round. */
function smooth(points: readonly Point[]): string {
  const [first = ORIGIN, ...rest] = points;
  const last = rest.at(-1) ?? first;
  const curves = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1] ?? point;
    return `Q${at(point)} ${at({ x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`;
  });
  return `M${at(first)}${curves.join('')}L${at(last)}`;
}

const ORIGIN: Point = { x: 0, y: 0 };

function at({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

function edgeLabel({ lines, label }: PlacedEdge): readonly string[] {
  if (!label) return [];
  const { x, y, width, height } = label;
  const background = `<rect class="label" x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" height="${round(height)}"/>`;
  const texts = lines.map((line, index) => {
    const baseline = round(y + (index - (lines.length - 1) / 2) * LINE_HEIGHT + 4);
    return `<text x="${round(x)}" y="${baseline}" text-anchor="middle">${escapeXml(line)}</text>`;
  });
  return [background, ...texts];
}

/** A tenth of a pixel: nobody sees less, and files stay small. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
