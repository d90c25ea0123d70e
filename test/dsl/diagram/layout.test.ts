import { expect } from 'chai';
import { diagramOf } from '../../../dsl/diagram/graph.ts';
import { placed, type PlacedBox } from '../../../dsl/diagram/layout.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { allShipped } from '../conversations/shipped.ts';
import { longMachine, STEPS } from './long.ts';

/** Labels may come closer to each other than this, but not on top. */
const TOLERANCE = 0.5;

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function overlap(a: Area, b: Area): boolean {
  const apartX = Math.abs(a.x - b.x) - (a.width + b.width) / 2;
  const apartY = Math.abs(a.y - b.y) - (a.height + b.height) / 2;
  return apartX < -TOLERANCE && apartY < -TOLERANCE;
}

function overlapping(machine: Machine): readonly string[] {
  return diagramOf(machine).flows.flatMap((flow) => {
    const { boxes, edges } = placed(flow);
    const labels = edges.flatMap(({ label, lines }) => (label ? [{ name: lines.join(' '), ...label }] : []));
    const areas = [...boxes.map((box: PlacedBox) => ({ name: box.box.title, ...box })), ...labels];
    return areas.flatMap((a, index) =>
      areas.slice(index + 1).flatMap((b) => (overlap(a, b) ? [`${a.name} / ${b.name}`] : [])),
    );
  });
}

describe('the layout of a diagram', () => {
  it('keeps boxes and labels apart, also with 30 steps', () => {
    expect(overlapping(longMachine())).to.deep.equal([]);
  });

  it('keeps boxes and labels apart in the shipped conversations', () => {
    for (const machine of allShipped()) expect(overlapping(machine), machine.name).to.deep.equal([]);
  });

  it('has a box for every step, inside the picture', () => {
    const [flow] = diagramOf(longMachine()).flows;
    if (!flow) throw new Error('no flow');
    const { boxes, width, height } = placed(flow);
    const titles = boxes.map(({ box }) => box.title);
    for (let step = 0; step < STEPS; step += 1) expect(titles).to.include(`step-${step.toString()}`);
    for (const { x, y, width: w, height: h, box } of boxes) {
      expect(x - w / 2, box.title).to.be.at.least(0);
      expect(x + w / 2, box.title).to.be.at.most(width);
      expect(y - h / 2, box.title).to.be.at.least(0);
      expect(y + h / 2, box.title).to.be.at.most(height);
    }
  });

  it('puts what follows below, and is the same every time', () => {
    const [flow] = diagramOf(longMachine()).flows;
    if (!flow) throw new Error('no flow');
    const heights = new Map(placed(flow).boxes.map(({ box, y }) => [box.title, y]));
    expect(heights.get('step-1')).to.be.greaterThan(heights.get('step-0') ?? Infinity);
    expect(placed(flow)).to.deep.equal(placed(flow));
  });
});
