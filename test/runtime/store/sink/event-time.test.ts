import { expect } from 'chai';
import fc from 'fast-check';
import { canonicalTime, isoTime, timeOf } from '../../../../runtime/store/sink/event-time.ts';

describe("an event's time", () => {
  it('is read as Date reads it, whatever it is', () => {
    const digits = (count: number): fc.Arbitrary<string> =>
      fc.nat(10 ** count - 1).map((number) => number.toString().padStart(count, '0'));
    const likely = fc
      .tuple(digits(4), digits(2), digits(2), digits(2), digits(2), digits(2), digits(3))
      .map(
        ([year, month, day, hour, minute, second, ms]) => `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`,
      );
    const real = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
    fc.assert(
      fc.property(fc.oneof(real, likely, fc.string()), (text) => {
        const time = Date.parse(text);
        expect(timeOf(text)).to.deep.equal(time);
        const canonical = canonicalTime(text);
        if (!Number.isNaN(canonical)) expect([canonical, isoTime(canonical)]).to.deep.equal([time, text]);
      }),
      { numRuns: 2000 },
    );
  });

  it('needs no Date in the form that the platform writes', () => {
    expect(canonicalTime('2026-03-06T14:00:00.123Z')).to.equal(Date.UTC(2026, 2, 6, 14, 0, 0, 123));
  });
});
