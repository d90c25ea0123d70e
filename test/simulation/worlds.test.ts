import { expect } from 'chai';
import { simulateApart } from './apart.ts';
import { reportOf } from './report.ts';
import type { Summary } from './summary.ts';

const SEEDS = 500;

/** Awaits that a process was killed at, of all: the others are mostly those of errors that seldom happen. */
const CRASHED_AT_SHARE_MIN = 0.6;

describe('The simulation of the platform', function () {
  this.timeout(900_000);

  it(`finds nothing wrong in ${SEEDS} worlds in which everything goes wrong`, async () => {
    const started = performance.now();
    const summary = await simulateApart<Summary>(`--seeds=${SEEDS}`, '--processes=2');
    const report = reportOf(summary, performance.now() - started, undefined);
    expect(summary.failures, report).to.be.empty;
    expect(summary.seeds).to.equal(SEEDS);
    expect(Object.keys(summary.sitesCrashedAt).length / summary.sites.length, report).to.be.above(CRASHED_AT_SHARE_MIN);
  });

  it('goes the same way again for the same seeds, in whatever process and after whatever else', async () => {
    const [once, again] = await Promise.all([
      simulateApart<Summary>('--first=11', '--seeds=6', '--processes=1'),
      simulateApart<Summary>('--first=11', '--seeds=6', '--processes=2'),
    ]);
    expect(again.hash).to.equal(once.hash);
    expect(again.steps).to.equal(once.steps);
  });
});
