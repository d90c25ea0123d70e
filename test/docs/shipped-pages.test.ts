import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { MAIN, type Machine } from '../../dsl/machine/machine.ts';
import { fold } from '../../dsl/text/fold.ts';
import { shipped } from '../dsl/conversations/shipped.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { blocksOf, shellIn } from './commands.ts';

const NAMES = readdirSync('conversations', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** What a page must name: how it starts and may end, what it waits for and states, and whom it needs. */
function factsOf({ flows, starts }: Machine): readonly string[] {
  const events = starts.flatMap((start) => (start.on === 'event' ? [start.type] : []));
  const lists = starts.flatMap((start) => (start.on === 'schedule' ? [start.list] : []));
  const words = starts.flatMap((start) => (start.on === 'keyword' ? Object.values(start.words).flat() : []));
  const rest = Object.entries(flows).flatMap(([name, { nodes, sources, interrupts }]) => [
    ...interrupts.flatMap(({ on }) => (on ? [on.type] : [])),
    ...nodes.flatMap((node) => {
      if (node.op === 'end') return name === MAIN ? [node.outcome] : [];
      if (node.op === 'emit') return [node.type];
      if (node.op === 'fetch') return [node.source];
      if (node.op === 'listen') return node.events.map(({ type }) => type);
      return node.op === 'handoff' ? [node.queue] : [];
    }),
    ...secretsIn(sources),
  ]);
  return [...new Set([...events, ...lists, ...words, ...rest])].map(fold);
}

function secretsIn(sources: object): readonly string[] {
  return [...JSON.stringify(sources).matchAll(/"secret":"([^"]+)"/g)].map(([, name = '']) => name);
}

describe('The page of a shipped conversation', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  after(() => {
    folder.remove();
  });
  const shell = shellIn(folder.path);

  for (const name of NAMES) {
    const page = readFileSync(`conversations/${name}/README.md`, 'utf8');

    it(`${name} names what it starts by, needs, states and ends as`, () => {
      const named = [...page.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => fold(text));
      expect(named).to.include.members([...factsOf(shipped(name)), fold(`parlance test conversations/${name}`)]);
    });

    it(`${name} shows commands that do what it says`, async () => {
      let output = '';
      for (const { kind, body } of blocksOf(page)) {
        if (kind === 'sh') output = await shell(body, { cwd: process.cwd() });
        else if (kind === 'text') expect(output.slice(-body.length)).to.equal(body);
      }
      expect(output).not.to.equal('');
    });
  }
});
