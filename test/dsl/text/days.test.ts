import { expect } from 'chai';
import * as fc from 'fast-check';
import { formatDays, parseDays } from '../../../dsl/text/days.ts';

describe('days of the week', () => {
  it('are read as ranges and lists, also over the end of a week', () => {
    expect(parseDays('mon-fri')).to.deep.equal([1, 2, 3, 4, 5]);
    expect(parseDays('fri-mon')).to.deep.equal([1, 5, 6, 7]);
    expect(parseDays('sat, mon-tue')).to.deep.equal([1, 2, 6]);
    expect(parseDays('someday')).to.equal(undefined);
    expect(parseDays('mon-tue-wed')).to.equal(undefined);
  });

  it('are written so that they are read as the same', () => {
    const days = fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 });
    fc.assert(
      fc.property(days, (some) => {
        expect(parseDays(formatDays(some))).to.deep.equal(some);
      }),
    );
    expect(formatDays([1, 2, 3, 6])).to.equal('mon-wed,sat');
  });
});
