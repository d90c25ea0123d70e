import type { DiagramFlow } from './graph.ts';
import { shortened } from './words.ts';

/** Characters of a line of an edge's label. */
export const LABEL_CHARACTERS = 36;

/** A way back to where it begins is a line of the box: a loop beside it would hide others. */
export function withReturns({ name, boxes, edges }: DiagramFlow): DiagramFlow {
  return {
    name,
    boxes: boxes.map((box) => {
      const labels = edges.flatMap(({ from, to, labels }) => (from === box.id && to === box.id ? labels : []));
      return { ...box, lines: [...box.lines, ...labels.map((label) => `↺ ${shortened(label, LABEL_CHARACTERS)}`)] };
    }),
    edges: edges.filter(({ from, to }) => from !== to),
  };
}
