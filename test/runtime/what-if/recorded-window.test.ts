import { expect } from 'chai';
import { windowOf } from '../../../runtime/what-if/recorded-window.ts';

describe('what-if: a window', () => {
  const now = Date.parse('2026-03-08T12:00:00Z');

  it('is so long before now, or from one instant to another', () => {
    expect(windowOf('last-7d', now)).to.deep.equal({ from: new Date('2026-03-01T12:00:00Z'), to: new Date(now) });
    expect(windowOf('last-24h', now)?.from).to.deep.equal(new Date('2026-03-07T12:00:00Z'));
    expect(windowOf('2026-03-01..2026-03-02T10:00+02:00', now)).to.deep.equal({
      from: new Date('2026-03-01T00:00:00Z'),
      to: new Date('2026-03-02T08:00:00Z'),
    });
  });

  it('is nothing else', () => {
    for (const text of ['yesterday', 'last-7', '2026-03-02..2026-03-01', '2026-03-01', '2026-02-31x..2026-03-02'])
      expect(windowOf(text, now), text).to.equal(undefined);
  });
});
