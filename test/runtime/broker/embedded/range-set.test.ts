import { expect } from 'chai';
import fc from 'fast-check';
import { RangeSet } from '../../../../runtime/broker/embedded/range-set.ts';

const operations = fc.array(
  fc.oneof(
    fc.record({ add: fc.nat(40) }),
    fc.record({ add: fc.nat(40) }),
    fc.record({ add: fc.nat(40) }),
    fc.record({ removeBelow: fc.nat(40) }),
  ),
  { maxLength: 60 },
);

function contents(ranges: RangeSet): readonly number[] {
  return ranges.ranges(Infinity).flatMap(([start, end]) => Array.from({ length: end - start }, (_, at) => start + at));
}

describe('RangeSet', () => {
  it('holds what a set of numbers would hold, in as few ranges as there can be', () => {
    fc.assert(
      fc.property(operations, (steps) => {
        const ranges = new RangeSet();
        const model = new Set<number>();
        for (const step of steps) {
          if ('add' in step) {
            expect(ranges.add(step.add), `adding ${step.add} for the first time`).to.equal(!model.has(step.add));
            model.add(step.add);
          } else {
            ranges.removeBelow(step.removeBelow);
            for (const offset of model) if (offset < step.removeBelow) model.delete(offset);
          }
          const sorted = [...model].sort((a, b) => a - b);
          expect(contents(ranges)).to.deep.equal(sorted);
          expect(ranges.size).to.equal(model.size);
          const needed = sorted.filter((offset) => !model.has(offset - 1)).length;
          expect(ranges.ranges(Infinity).length, 'ranges').to.equal(needed);
          for (let offset = 0; offset <= 42; offset++) {
            expect(ranges.has(offset)).to.equal(model.has(offset));
            let missing = offset;
            while (model.has(missing)) missing++;
            expect(ranges.firstMissingFrom(offset)).to.equal(missing);
          }
        }
      }),
    );
  });
});
