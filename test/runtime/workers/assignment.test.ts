import { expect } from 'chai';
import fc from 'fast-check';
import type { TenantName } from '../../../channels/brands.ts';
import { assign, type Member } from '../../../runtime/workers/assignment.ts';

const members = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 12 })
  .map((names) => names.map((name): Member => ({ name, incarnation: `run of ${name}` })));

const partitions = fc.integer({ min: 1, max: 64 });

const tenant = fc.constantFrom('acme', 'demo', 'a-clinic') as fc.Arbitrary<TenantName>;

describe('the assignment of partitions', () => {
  it('gives every partition to one of the members', () => {
    fc.assert(
      fc.property(tenant, partitions, members, (of, count, among) => {
        const owners = assign(of, count, among);
        expect(owners).to.have.length(count);
        for (const owner of owners) expect(among).to.include(owner);
      }),
    );
  });

  it('gives all members the same number, or one more', () => {
    fc.assert(
      fc.property(tenant, partitions, members, (of, count, among) => {
        const loads = loadsOf(assign(of, count, among), among);
        expect(Math.max(...loads)).to.equal(Math.ceil(count / among.length));
        expect(Math.min(...loads)).to.equal(Math.floor(count / among.length));
      }),
    );
  });

  it('is the same in whatever order the members are named', () => {
    fc.assert(
      fc.property(
        tenant,
        partitions,
        members.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
        ),
        (of, count, [all, shuffled]) => {
          expect(assign(of, count, shuffled)).to.eql(assign(of, count, all));
        },
      ),
    );
  });

  it('moves at most twice what a newcomer gets or somebody who leaves had, and one for each member', () => {
    fc.assert(
      fc.property(tenant, partitions, members, (of, count, all) => {
        fc.pre(all.length > 1);
        const [newcomer, ...others] = all;
        const without = assign(of, count, others);
        const withIt = assign(of, count, all);
        const moved = withIt.filter((owner, partition) => owner !== without[partition]).length;
        const itsPart = withIt.filter((owner) => owner === newcomer).length;
        expect(moved).to.be.at.least(itsPart);
        expect(moved).to.be.at.most(2 * Math.ceil(count / all.length) + all.length);
      }),
      { numRuns: 300 },
    );
  });

  it('moves on average hardly more than it must', () => {
    let moved = 0;
    for (let round = 0; round < 50; round++) {
      const all = [0, 1, 2, 3].map((index) => ({ name: `worker-${round}-${index}`, incarnation: '1' }));
      const before = assign('acme' as TenantName, 64, all.slice(1));
      moved += assign('acme' as TenantName, 64, all).filter((owner, partition) => owner !== before[partition]).length;
    }
    expect(moved / 50, 'of 64 partitions, 16 of which must').to.be.within(16, 20);
  });

  it('gives a worker that was restarted what it had', () => {
    fc.assert(
      fc.property(tenant, partitions, members, (of, count, all) => {
        const restarted = all.map(({ name }) => ({ name, incarnation: `second run of ${name}` }));
        const names = (owners: readonly Member[]): string[] => owners.map(({ name }) => name);
        expect(names(assign(of, count, restarted))).to.eql(names(assign(of, count, all)));
      }),
    );
  });

  it('shares out among two that have the same name, too', () => {
    const [one, other] = [
      { name: 'twin', incarnation: '1' },
      { name: 'twin', incarnation: '2' },
    ];
    const owners = assign('acme' as TenantName, 8, [one, other]);
    expect(loadsOf(owners, [one, other])).to.eql([4, 4]);
    expect(assign('acme' as TenantName, 8, [other, one])).to.eql(owners);
  });
});

function loadsOf(owners: readonly Member[], among: readonly Member[]): number[] {
  return among.map((member) => owners.filter((owner) => owner === member).length);
}
