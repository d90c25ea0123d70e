import { Readable } from 'node:stream';
import { expect } from 'chai';
import type { HistoryStore } from '../../../runtime/history/read.ts';
import { unstartedPeople } from '../../../runtime/what-if/unstarted.ts';
import { machineOf } from '../../dsl/given-when-then.ts';

const GREETING = machineOf('conversation: greeting\nstart: [{ match: hello }]\nsteps:\n  - say: Hi.\n    end: told\n');

/** Spread over what contact keys may be. */
const PEOPLE = Array.from({ length: 200 }, (_, number) => {
  const first = (number * 0x147).toString(16).padStart(4, '0');
  return `c-${first}${'0'.repeat(28)}`;
});

/** As many inputs in the window as are said, with one word each of those people. */
function storeOf(inputs: number): { readonly store: HistoryStore; readonly asked: (readonly string[])[] } {
  const asked: (readonly string[])[] = [];
  const store: HistoryStore = {
    rows: <Row>() => Promise.resolve([{ inputs } as Row]),
    ask: ({ sql }) => {
      const [, first = ''] = /contact >= '(.*?)'/.exec(sql) ?? [];
      const [, below] = /contact < '(.*?)'/.exec(sql) ?? [];
      const own = PEOPLE.filter((contact) => contact >= first && (below === undefined || contact < below));
      asked.push(own);
      return Promise.resolve(Readable.from(own.map((contact) => `${JSON.stringify([contact, 'hello'])}\n`)));
    },
  };
  return { store, asked };
}

describe('whom only a changed definition would start by a word', () => {
  const window = { from: new Date('2026-03-02T00:00:00Z'), to: new Date('2026-03-09T00:00:00Z') };
  const wanted = { definitions: ['greeting'], window };

  it('is asked for in slices, of which each bounds its result', async () => {
    const { store, asked } = storeOf(120_000);
    const found = await unstartedPeople(store, wanted, [GREETING]);
    expect([...found.keys()]).to.have.members(PEOPLE);
    expect(asked.flat(), 'each of one slice').to.have.members(PEOPLE);
    expect(asked.map((people) => people.length)).to.eql([67, 67, 66]);
  });

  it('is not asked for where nothing came', async () => {
    const { store, asked } = storeOf(0);
    expect((await unstartedPeople(store, wanted, [GREETING])).size).to.equal(0);
    expect(asked).to.eql([]);
  });
});
