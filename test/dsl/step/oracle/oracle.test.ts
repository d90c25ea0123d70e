import { expect } from 'chai';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { compare } from './compare.ts';
import { FLOORS, type Construct } from './constructs.ts';
import { definitions, inputs } from './definitions.ts';

const RUNS = Number(process.env['ORACLE_RUNS'] ?? 200);
const SEED = Number(process.env['ORACLE_SEED'] ?? 1);

describe('the step function against XState', () => {
  const covered = new Map<Construct, number>();

  it('does what a statechart of the same definition does', function () {
    this.timeout(120_000 + RUNS * 50);
    fc.assert(
      fc.property(definitions, inputs, (definition, sequence) => {
        const { engine, chart, covered: constructs } = compare(definition, sequence);
        for (const construct of constructs) covered.set(construct, (covered.get(construct) ?? 0) + 1);
        expect(engine, stringify(definition)).to.deep.equal(chart);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it('passes through every construct often enough to mean something', () => {
    const counts = Object.entries(FLOORS).map(([construct, floor]) => {
      const count = covered.get(construct as Construct) ?? 0;
      return { construct, floor, count };
    });
    console.log(
      counts
        .map(
          ({ construct, floor, count }) =>
            `      ${count.toString().padStart(6)} ${construct} (at least ${floor.toString()})`,
        )
        .join('\n'),
    );
    expect(counts.filter(({ count, floor }) => count < floor)).to.deep.equal([]);
  });
});
