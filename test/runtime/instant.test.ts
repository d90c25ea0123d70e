import { expect } from 'chai';
import { instantOf } from '../../runtime/instant.ts';

describe('a moment that a person writes', () => {
  it('is in UTC where nothing else is said', () => {
    expect(instantOf('2026-01-31')).to.eql(new Date('2026-01-31T00:00:00.000Z'));
    expect(instantOf('2026-01-31T12:00')).to.eql(new Date('2026-01-31T12:00:00.000Z'));
    expect(instantOf('2026-01-31T12:00:30.5+02:00')).to.eql(new Date('2026-01-31T10:00:30.500Z'));
  });

  it('is one that there is: a day that the month does not have is not one of the next month', () => {
    for (const text of [
      '2026-02-30',
      '2026-02-29T12:00Z',
      '2026-04-31',
      '2026-13-01',
      '2026-01-00',
      '2026-01-31T25:00Z',
    ])
      expect(instantOf(text), text).to.equal(undefined);
    expect(instantOf('2028-02-29')).to.eql(new Date('2028-02-29T00:00:00.000Z'));
  });

  it('is nothing else', () => {
    for (const text of ['', 'noon', '2026', '2026-01', '2026-1-31', '2026-01-31 12:00', '2026-01-31T12:00 Z'])
      expect(instantOf(text), text).to.equal(undefined);
  });
});
