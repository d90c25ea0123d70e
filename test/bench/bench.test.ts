import { expect } from 'chai';
import { temporaryFolder } from '../temporary-folder.ts';
import { partsReport } from './parts/report.ts';
import { benchEngine, measurable, PART_NAMES } from './engine/suite.ts';
import { latencyOf, spreadOf } from './figures.ts';
import { benchStore, STORE_PART_NAMES } from './store/suite.ts';
import { benchPlatform } from './platform-suite.ts';
import { reportOf } from './report.ts';

describe('The bench', () => {
  it('takes percentiles by nearest rank and medians between the middle two', () => {
    const ascending = Array.from({ length: 200 }, (_, at) => at + 1);
    expect(latencyOf(ascending.toReversed())).to.eql({ p50: 100, p90: 180, p99: 198, max: 200 });
    expect(spreadOf([9, 1, 4, 2])).to.eql({ median: 3, min: 1, max: 9 });
    expect(spreadOf([9, 1, 4]).median).to.equal(4);
  });

  it('counts the steps that the journal holds, each with one reply', async function () {
    this.timeout(60_000);
    const folder = temporaryFolder();
    try {
      const bench = await benchPlatform({
        ...{ driver: 'embedded', partitions: 2, sink: false, receipts: true, profile: undefined },
        ...{ conversations: [2], rounds: 1, seconds: 1, warmUpSeconds: 0.2 },
        folder: folder.path,
        progress: () => undefined,
      });
      expect(bench.discrepancies, 'what does not add up').to.eql([]);
      expect(bench.warnings, 'warnings of the platform').to.eql([]);
      const [round] = bench.levels[0]?.rounds ?? [];
      expect(round?.published).to.be.greaterThan(0);
      expect(round?.steps).to.be.within(round?.published ?? NaN, 2 * (round?.published ?? NaN));
      expect(reportOf(bench)).to.include('Cross-check: every message, reply and step counted is in the journal');
    } finally {
      folder.remove();
    }
  });

  it('leaves out what needs a real Pulsar where there is none, and names it', () => {
    expect(measurable(PART_NAMES, true)).to.eql({ parts: PART_NAMES, left: [] });
    expect(measurable(['timers', 'scaling'], false)).to.eql({ parts: ['timers'], left: ['scaling'] });
  });

  // `scaling` starts a Pulsar and two processes of the platform: too dear for every run.
  for (const part of PART_NAMES.filter((name) => name !== 'scaling')) {
    it(`measures the engine: ${part}`, async function () {
      this.timeout(120_000);
      const folder = temporaryFolder();
      try {
        const sizes = {
          driver: 'embedded' as const,
          size: 600,
          due: 200,
          dueSeconds: 1,
          tenants: 2,
          partitions: 2,
          idleSeconds: 0.1,
          overloadSeconds: 1,
          maxWaiting: 2_000,
          seconds: 0.5,
          rounds: 1,
        };
        const progress = (): void => undefined;
        const bench = await benchEngine({ ...sizes, parts: [part], folder: folder.path, progress });
        expect(bench.discrepancies, 'what does not add up').to.eql([]);
        const figures = bench.parts.flatMap(({ figures: found }) => found);
        expect(figures).not.to.be.empty;
        for (const { name, values } of figures) expect(values, name).to.have.lengthOf(1);
        expect(partsReport(bench)).to.include('Cross-check: everything');
      } finally {
        folder.remove();
      }
    });
  }

  it('measures the store', async function () {
    this.timeout(120_000);
    const folder = temporaryFolder();
    try {
      const sizes = { events: 500, rows: 2000, people: 40, partitions: 2, seconds: 0.3, perSecond: 500, rounds: 1 };
      const progress = (): void => undefined;
      const bench = await benchStore({ ...sizes, parts: STORE_PART_NAMES, folder: folder.path, progress });
      expect(bench.discrepancies, 'what does not add up').to.eql([]);
      expect(partsReport(bench)).to.include('Cross-check: everything');
    } finally {
      folder.remove();
    }
  });
});
