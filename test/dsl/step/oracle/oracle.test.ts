import { expect } from 'chai';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { compare } from './compare.ts';
import { FLOORS, type Construct } from './constructs.ts';
import { definitions } from './random/definitions.ts';
import { inputs } from './random/inputs.ts';

const RUNS = Number(process.env['ORACLE_RUNS'] ?? 250);
const SEED = Number(process.env['ORACLE_SEED'] ?? 1);

/** How long a difference is made smaller: without an end it takes minutes. The seed finds it again. */
const SHRINKING_MS = RUNS * 100;

/** What both did, up to where they part. */
function firstDifference(engine: readonly string[], chart: readonly string[], definition: string): string {
  const at = engine.findIndex((line, index) => line !== chart[index]);
  const until = at < 0 ? engine.length : at;
  const parted = `the engine: ${engine[until] ?? 'nothing'}\nthe statechart: ${chart[until] ?? 'nothing'}`;
  return [definition, ...engine.slice(0, until), parted].join('\n');
}

describe('the step function against XState', () => {
  const covered = new Map<Construct, number>();

  it('does what a statechart of the same definition does', function () {
    this.timeout(60_000 + RUNS * 1000);
    let failedAt: number | undefined;
    fc.assert(
      fc.property(definitions, inputs, (definition, sequence) => {
        // Counts as the same, so that the smallest difference so far is told.
        if (failedAt !== undefined && Date.now() - failedAt > SHRINKING_MS) return;
        try {
          const { engine, chart, covered: constructs } = compare(definition, sequence);
          for (const construct of constructs) covered.set(construct, (covered.get(construct) ?? 0) + 1);
          expect(engine.join('\n'), firstDifference(engine, chart, stringify(definition))).to.equal(chart.join('\n'));
        } catch (error) {
          failedAt ??= Date.now();
          throw error;
        }
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
