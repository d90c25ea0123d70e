import { expect } from 'chai';
import type { LookupAddress } from 'node:dns';
import { MAX_LOOKUPS } from '../../../connectors/http-data/limits.ts';
import { Lookups } from '../../../connectors/http-data/lookups.ts';

const FOUND: readonly LookupAddress[] = [{ address: '192.0.2.1', family: 4 }];

describe('lookups of names', () => {
  /** Questions to the name server, in their order; each is answered by the test. */
  let asked: { readonly hostname: string; readonly answer: () => void; readonly fail: () => void }[];
  let lookups: Lookups;

  beforeEach(() => {
    asked = [];
    lookups = new Lookups(
      (hostname) =>
        new Promise((resolve, reject) => {
          asked.push({
            hostname,
            answer: () => {
              resolve(FOUND);
            },
            fail: () => {
              reject(new Error('no such name'));
            },
          });
        }),
    );
  });

  const names = (): readonly string[] => asked.map(({ hostname }) => hostname);

  it('leave threads of the process to everything else where name servers do not answer', async () => {
    expect(MAX_LOOKUPS, 'of four threads').to.equal(2);
    const all = ['a', 'b', 'c', 'd', 'e'].map((name) => lookups.addressesOf(name));
    expect(names()).to.deep.equal(['a', 'b']);
    asked[1]?.answer();
    await all[1];
    expect(names()).to.deep.equal(['a', 'b', 'c']);
    asked[0]?.fail();
    const failure: unknown = await all[0]?.catch((error: unknown) => error);
    expect(failure).to.have.property('message', 'no such name');
    expect(names()).to.deep.equal(['a', 'b', 'c', 'd']);
    for (const { answer } of asked) answer();
    await all[3];
    expect(names()).to.deep.equal(['a', 'b', 'c', 'd', 'e']);
    for (const { answer } of asked) answer();
    expect(await Promise.all(all.slice(1))).to.deep.equal([FOUND, FOUND, FOUND, FOUND]);
    const two = [lookups.addressesOf('f'), lookups.addressesOf('g'), lookups.addressesOf('h')];
    expect(names().slice(5), 'as many as in the beginning').to.deep.equal(['f', 'g']);
    two.forEach((one) => void one.catch(() => undefined));
  });

  it('ask once for a name that several want, and again afterwards', async () => {
    const both = [lookups.addressesOf('a'), lookups.addressesOf('a')];
    expect(names()).to.deep.equal(['a']);
    asked[0]?.answer();
    expect(await Promise.all(both)).to.deep.equal([FOUND, FOUND]);
    void lookups.addressesOf('a');
    expect(names()).to.deep.equal(['a', 'a']);
  });
});
