import { expect } from 'chai';
import * as fc from 'fast-check';
import { partitionOf } from '../../../channels/partition.ts';
import type { StateKey } from '../../../dsl/correlation.ts';
import { checkGrowth, planGrowth } from '../../../runtime/growth/plan.ts';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

describe('the plan of a growth', () => {
  const keys = fc.uniqueArray(
    fc.tuple(fc.constantFrom('c-', 'e-'), fc.string()).map((parts) => parts.join('') as StateKey),
  );
  const counts = fc
    .integer({ min: 1, max: 16 })
    .chain((from) => fc.tuple(fc.constant(from), fc.integer({ min: from + 1, max: 32 })));

  it('counts every state once, before and after, and moves exactly those whose partition is another', () => {
    fc.assert(
      fc.property(keys, counts, (all, [from, to]) => {
        const placed = Array.from({ length: from }, (_, partition) =>
          all.filter((key) => partitionOf(key, from) === partition),
        );
        const plan = planGrowth(placed, from, to);
        const contacts = all.filter((key) => key.startsWith('c-'));
        expect(sum(plan.now.map((one) => one.contacts))).to.equal(contacts.length);
        expect(sum(plan.afterwards.map((one) => one.contacts))).to.equal(contacts.length);
        expect(sum(plan.afterwards.map((one) => one.values))).to.equal(all.length - contacts.length);
        expect(plan.moving.contacts).to.equal(
          contacts.filter((key) => partitionOf(key, from) !== partitionOf(key, to)).length,
        );
        expect(plan.afterwards.map((one) => one.contacts)).to.deep.equal(
          Array.from(
            { length: to },
            (_, partition) => contacts.filter((key) => partitionOf(key, to) === partition).length,
          ),
        );
      }),
    );
  });

  for (const [from, to] of [
    [4, 4],
    [4, 3],
    [4, 4.5],
    [4, 1025],
    [4, NaN],
  ] as const) {
    it(`refuses ${to} instead of ${from}`, () => {
      expect(() => {
        checkGrowth(from, to, 1024);
      })
        .to.throw()
        .with.property('code', 'growth-invalid');
    });
  }
});
