import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { diagramOf } from '../../../dsl/diagram/graph.ts';
import { mermaidOf } from '../../../dsl/diagram/mermaid.ts';
import { svgOf } from '../../../dsl/diagram/svg.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { findChromium, HOW_TO_GET_CHROMIUM, launchChromium } from '../../connectors/webchat/chromium.ts';
import { requirePart } from '../../require-part.ts';
import { allShipped } from '../conversations/shipped.ts';
import { longMachine } from './long.ts';

const MERMAID = fileURLToPath(import.meta.resolve('@mermaid-js/tiny'));

/** Run by the page: what Mermaid draws of a text, or why it does not. */
const DRAW = `async (text) => {
  mermaid.initialize({ startOnLoad: false, maxEdges: 2000, maxTextSize: 1_000_000 });
  try {
    const { svg } = await mermaid.render('drawn', text);
    const parsed = new DOMParser().parseFromString(svg, 'text/html');
    return {
      nodes: parsed.querySelectorAll('g.node').length,
      edges: parsed.querySelectorAll('path.flowchart-link').length,
      text: parsed.body.textContent,
    };
  } catch (error) {
    return { problem: String(error) };
  }
}`;

interface Drawn {
  readonly problem?: string;
  readonly nodes?: number;
  readonly edges?: number;
  readonly text?: string;
}

/** Run by the page: texts that do not fit into their box, and how many boxes there are. */
const MEASURE = `(svg) => {
  const { documentElement, querySelector } = new DOMParser().parseFromString(svg, 'image/svg+xml');
  if (documentElement.querySelector('parsererror')) return { problem: documentElement.textContent };
  document.body.replaceChildren(document.importNode(documentElement, true));
  const wide = [...document.querySelectorAll('g[id]')].flatMap((group) => {
    const box = group.querySelector('rect.box').getBBox();
    return [...group.querySelectorAll('text')].flatMap((text) => {
      const { x, y, width, height } = text.getBBox();
      const fits = x >= box.x && x + width <= box.x + box.width && y >= box.y && y + height <= box.y + box.height;
      return fits ? [] : [text.textContent];
    });
  });
  return { wide, boxes: document.querySelectorAll('rect.box').length };
}`;

interface Measured {
  readonly problem?: string;
  readonly wide?: readonly string[];
  readonly boxes?: number;
}

const boxesOf = (machine: Machine): number =>
  diagramOf(machine).flows.reduce((sum, { boxes }) => sum + boxes.length, 0);

/** A call leads to its snippet too; a way back to the same box is a line in it. */
const edgesOf = (machine: Machine): number =>
  diagramOf(machine).flows.reduce(
    (sum, { boxes, edges }) =>
      sum +
      edges.filter(({ from, to }) => from !== to).length +
      boxes.filter(({ calls }) => calls !== undefined).length,
    0,
  );

describe('Diagrams in Chromium', function () {
  this.timeout(120_000);
  let browser: Browser;
  let page: Page;

  before(async function () {
    const executable = findChromium();
    requirePart(this, 'Chromium', executable !== undefined, HOW_TO_GET_CHROMIUM);
    browser = await launchChromium(executable ?? '');
    page = await browser.newPage();
    await page.addScriptTag({ path: MERMAID });
  });

  after(() => (browser as Browser | undefined)?.close());

  const drawn = (text: string): Promise<Drawn> => page.evaluate(`(${DRAW})(${JSON.stringify(text)})`);
  const measured = (svg: string): Promise<Measured> => page.evaluate(`(${MEASURE})(${JSON.stringify(svg)})`);

  it('are Mermaid that Mermaid draws whole: every box, every way', async () => {
    for (const machine of [longMachine(), ...allShipped()]) {
      const { problem, nodes, edges } = await drawn(mermaidOf(diagramOf(machine)));
      expect({ problem, nodes, edges }, machine.name).to.deep.equal({
        ...{ problem: undefined, nodes: boxesOf(machine), edges: edgesOf(machine) },
      });
    }
  });

  it('show in Mermaid what the author wrote, whatever signs it has', async () => {
    const { text } = await drawn(mermaidOf(diagramOf(longMachine())));
    expect(text).to.include('Time has passed, and it is {not} [yet] over');
    expect(text).to.include('is everything as <you> & yours');
  });

  it('are no Mermaid where the text is broken: the parser is a real one', async () => {
    const { problem } = await drawn(mermaidOf(diagramOf(longMachine())).replace('-->', '--> -->'));
    expect(problem).to.match(/Parse error/);
  });

  it('are well-formed SVG in which every text fits into its box', async () => {
    for (const machine of [longMachine(), ...allShipped()])
      expect(await measured(svgOf(diagramOf(machine))), machine.name).to.deep.equal({
        ...{ wide: [], boxes: boxesOf(machine) },
      });
  });
});
