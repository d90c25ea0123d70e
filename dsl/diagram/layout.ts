/** Where boxes and edges go: layers from the top, by dagre. Pixels throughout; the same diagram always lies the same. */
import { Graph, layout as layOutGraph } from '@dagrejs/dagre';
import type { Box, DiagramFlow, Edge } from './graph.ts';
import { LABEL_CHARACTERS, withReturns } from './returns.ts';
import { shortened } from './words.ts';

export const LINE_HEIGHT = 16;
/** Of a letter of the 12 px font, on the safe side. */
const LETTER_WIDTH = 6.8;
const PADDING = 10;
/** How much straighter the main line is than other ways. */
const MAIN_WEIGHT = 20;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedBox extends Point {
  readonly box: Box;
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge {
  readonly edge: Edge;
  readonly points: readonly Point[];
  readonly lines: readonly string[];
  /** The middle of the label. */
  readonly label?: Point & { readonly width: number; readonly height: number };
}

export interface PlacedFlow {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly edges: readonly PlacedEdge[];
}

/** What is used of the library, whose own declarations do not resolve in ES modules. */
interface LayoutGraph {
  setGraph(label: object): LayoutGraph;
  setNode(id: string, label: object): LayoutGraph;
  setEdge(from: string, to: string, label: object, name: string): LayoutGraph;
  node(id: string): Point & Size;
  edge(edge: { v: string; w: string; name: string }): Point & { readonly points: readonly Point[] };
  graph(): Partial<Size>;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const LayoutGraph = Graph as unknown as new (options: object) => LayoutGraph;
const layOut = layOutGraph as unknown as (graph: LayoutGraph) => void;

export function placed(flow: DiagramFlow): PlacedFlow {
  const { name } = flow;
  const { boxes, edges } = withReturns(flow);
  const graph = new LayoutGraph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 36, ranksep: 44, edgesep: 18 });
  const order = new Map(boxes.map(({ id }, index) => [id, index]));
  for (const box of boxes) graph.setNode(box.id, sizeOf([box.title, ...box.lines], PADDING));
  const labels = edges.map(({ labels }) => labels.map((label) => shortened(label, LABEL_CHARACTERS)));
  edges.forEach((edge, index) => {
    const isMain = (order.get(edge.to) ?? 0) - (order.get(edge.from) ?? 0) === 1 && !edge.isTimeOut;
    const lines = labels[index] ?? [];
    const size = lines.length === 0 ? {} : { ...sizeOf(lines, 2), labelpos: 'c' };
    graph.setEdge(edge.from, edge.to, { ...size, weight: isMain ? MAIN_WEIGHT : 1 }, String(index));
  });
  layOut(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    name,
    width,
    height,
    boxes: boxes.map((box) => ({ box, ...graph.node(box.id) })),
    edges: edges.map((edge, index) => {
      const lines = labels[index] ?? [];
      const { x, y, points } = graph.edge({ v: edge.from, w: edge.to, name: String(index) });
      return { edge, points, lines, ...(lines.length === 0 ? {} : { label: { x, y, ...sizeOf(lines, 2) } }) };
    }),
  };
}

function sizeOf(lines: readonly string[], padding: number): Size {
  const width = Math.max(...lines.map(widthOf), 40);
  return { width: Math.ceil(width) + 2 * padding, height: lines.length * LINE_HEIGHT + 2 * padding };
}

/** Han, kana, hangul and pictures are twice as wide as Latin letters. */
function widthOf(line: string): number {
  let width = 0;
  for (const character of line) {
    width += /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}]/u.test(
      character,
    )
      ? 2 * LETTER_WIDTH
      : LETTER_WIDTH;
  }
  return width;
}
