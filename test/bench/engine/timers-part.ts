import { performance } from 'node:perf_hooks';
import type { TenantName } from '../../../channels/brands.ts';
import { latencyOf } from '../figures.ts';
import { Load, type RoundLoad } from '../load.ts';
import { FiredTimers } from './fired-timers.ts';
import type { PartRound } from '../parts/figures.ts';
import { JumpingClock } from './jumping-clock.ts';
import type { PartOptions } from './options.ts';
import { cpuMicros, diskBytes, memoryInUse, mib } from './resources.ts';
import { REPLY_WITHIN_MS, writeCrowd } from './waiting-crowd.ts';
import { BenchWorker } from './worker.ts';

const TENANT = 'timers' as TenantName;
const HOUR_MS = 3_600_000;
const BYTES_PER_KIB = 1024;

/** People who write all the time, while timers fire and while none do. */
const PEOPLE = 16;

/**
 * Many deadlines on one worker, in one partition: what they take while nothing is due, and what happens when many are
 * due within a minute, and when as many are due in the same instant, while people go on writing.
 */
export async function timersPart({ size, due, dueSeconds, seconds, folder }: PartOptions): Promise<PartRound> {
  const clock = new JumpingClock();
  const worker = await BenchWorker.open(folder, clock);
  try {
    await worker.createTenant(TENANT, 1);
    await worker.openEngine(TENANT, 1);
    await worker.closeEngine(TENANT);
    const before = memoryInUse();
    const spreadAt = clock.now() + HOUR_MS;
    const instantAt = spreadAt + HOUR_MS;
    const dueAt = (at: number): number => {
      if (at < due) return spreadAt + Math.floor((at / due) * dueSeconds * 1000);
      return at < 2 * due ? instantAt : instantAt + REPLY_WITHIN_MS;
    };
    const startedAt = performance.now();
    const folders = worker.partitionFolders(TENANT, 1);
    await writeCrowd(folders, { count: size, askedAt: (at) => dueAt(at) - REPLY_WITHIN_MS });
    const writtenInMs = performance.now() - startedAt;
    const bytes = await diskBytes(worker.stateFolder);
    await worker.openEngine(TENANT, 1);
    const { own } = memoryInUse();

    const load = await Load.open({ broker: worker.broker, tenant: TENANT, partitions: 1, receipts: true });
    const fired = await FiredTimers.open(worker.broker, TENANT, clock);
    try {
      await load.fence('timers');
      const calm = await load.run('calm', PEOPLE, seconds * 1000);
      const spread = await storm(clock, spreadAt, due, fired, () => load.run('spread', PEOPLE, dueSeconds * 1000));
      const instant = await storm(clock, instantAt, due, fired, () => load.run('instant', PEOPLE, seconds * 1000));
      return {
        measured: {
          'deadlines pending': { value: size, unit: '' },
          'states with a deadline written': { value: (size / writtenInMs) * 1000, unit: '/s' },
          'disk per waiting conversation': { value: bytes / size / BYTES_PER_KIB, unit: 'KiB' },
          'own memory for all of them': { value: own - before.own, unit: 'MiB' },
          'disk for all of them': { value: mib(bytes), unit: 'MiB' },
          'timers set by steps': { value: (calm.receipts / calm.elapsedMs) * 1000, unit: '/s' },
          'calm: p99 of a reply': { value: latencyOf(calm.latenciesMs).p99, unit: 'ms' },
          ...stormFigures(`${due.toString()} due within ${dueSeconds.toString()} s`, spread),
          ...stormFigures(`${due.toString()} due in the same instant`, instant),
        },
        discrepancies: [...spread.discrepancies, ...instant.discrepancies, ...worker.warnings],
      };
    } finally {
      await fired.close();
      await load.close();
    }
  } finally {
    await worker.close();
  }
}

interface Storm {
  readonly latenessMs: readonly number[];
  readonly perSecond: number;
  readonly cpuMicrosEach: number;
  readonly load: RoundLoad;
  readonly discrepancies: readonly string[];
}

async function storm(
  clock: JumpingClock,
  at: number,
  due: number,
  fired: FiredTimers,
  people: () => Promise<RoundLoad>,
): Promise<Storm> {
  const all = fired.expect(due);
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  clock.jumpTo(at);
  const [load, latenessMs] = await Promise.all([people(), all]);
  const discrepancies = latenessMs.length === due ? [] : [`${latenessMs.length} timers fired where ${due} were due`];
  return {
    latenessMs,
    perSecond: (due / (fired.lastAt - startedAt)) * 1000,
    cpuMicrosEach: cpuMicros(cpuBefore) / (due + 2 * load.published),
    load,
    discrepancies,
  };
}

function stormFigures(name: string, { latenessMs, perSecond, cpuMicrosEach, load }: Storm): PartRound['measured'] {
  const lateness = latencyOf(latenessMs);
  return {
    [`${name}: fired`]: { value: perSecond, unit: '/s' },
    [`${name}: lateness p50`]: { value: lateness.p50, unit: 'ms' },
    [`${name}: lateness p99`]: { value: lateness.p99, unit: 'ms' },
    [`${name}: CPU per step, people’s too`]: { value: cpuMicrosEach, unit: 'µs' },
    [`${name}: p99 of a reply`]: { value: latencyOf(load.latenciesMs).p99, unit: 'ms' },
  };
}
