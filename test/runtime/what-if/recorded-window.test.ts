import { expect } from 'chai';
import { windowOf } from '../../../runtime/what-if/recorded-window.ts';

describe('what-if: a window', () => {
  const now = Date.parse('2026-03-08T12:00:00Z');

  it('is so long before now, or from one instant to another', () => {
    expect(windowOf('last-7d', now)).to.deep.equal({ from: new Date('2026-03-01T12:00:00Z'), to: new Date(now) });
    expect(windowOf('last-24h', now)).to.deep.include({ from: new Date('2026-03-07T12:00:00Z') });
    expect(windowOf('2026-03-01..2026-03-02T10:00+02:00', now)).to.deep.equal({
      from: new Date('2026-03-01T00:00:00Z'),
      to: new Date('2026-03-02T08:00:00Z'),
    });
  });

  it('is nothing else', () => {
    for (const text of ['yesterday', 'last-7', '2026-03-02..2026-03-01', '2026-03-01', '2026-02-31x..2026-03-02'])
      expect(windowOf(text, now), text).to.match(/: write last-7d, last-24h, or FROM\.\.TO/);
  });

  it('is never empty: nothing could be on record in it', () => {
    expect(windowOf('last-0d', now)).to.match(/^last-0d is no time at all/);
    expect(windowOf('2026-03-09..2026-03-10', now)).to.match(/is still to come/);
    expect(windowOf('2026-03-02..2026-03-02', now)).to.match(/does not begin before it ends/);
  });

  it('ends now at the latest, or deadlines that are still to come would pass in it', () => {
    expect(windowOf('2026-03-01..2026-03-31', now)).to.deep.include({ to: new Date(now) });
  });
});
