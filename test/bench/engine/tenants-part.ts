import { readdirSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TenantName } from '../../../channels/brands.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { latencyOf } from '../figures.ts';
import { Load } from '../load.ts';
import type { PartRound } from '../parts/figures.ts';
import type { PartOptions } from './options.ts';
import { cpuMicros, diskBytes, memoryInUse, mib } from './resources.ts';
import { BenchWorker } from './worker.ts';

/** Started at once, and written to at once. */
const TOGETHER = 16;

const MICROS_PER_MINUTE = 60_000_000;

/** Long enough that nothing rests while it is in use, short enough to wait for. */
const REST_AFTER_MS = 2_000;

/** Of what waits for partitions to rest. */
const RESTED_BUDGET_MS = 120_000;

/**
 * Many tenants on one worker that nobody writes to: what they take, that each is there when it is needed, what they take
 * afterwards, and what a restart costs.
 */
export async function tenantsPart(options: PartOptions): Promise<PartRound> {
  const { tenants: count, partitions, idleSeconds, folder, progress } = options;
  const tenants = Array.from({ length: count }, (_, at) => `tenant-${at.toString()}` as TenantName);
  let worker = await BenchWorker.open(folder, systemClock, REST_AFTER_MS);
  const open = async (): Promise<{ readonly ms: number; readonly cpuMicros: number }> => {
    const openedAt = performance.now();
    const cpuBefore = process.cpuUsage();
    await inGroups(tenants, async (tenant) => {
      await worker.openEngine(tenant, partitions);
    });
    return { ms: performance.now() - openedAt, cpuMicros: cpuMicros(cpuBefore) };
  };
  const writeToEach = async (label: string): Promise<readonly number[]> => {
    const latencies: number[] = [];
    await inGroups(tenants, async (tenant) => {
      const load = await Load.open({ broker: worker.broker, tenant, partitions, receipts: false });
      const { latenciesMs } = await load.run(label, 1, 0);
      latencies.push(...latenciesMs);
      await load.close();
    });
    return latencies;
  };
  try {
    await inGroups(tenants, (tenant) => worker.createTenant(tenant, partitions));
    const before = memoryInUse();
    progress(`tenants: opening ${count.toString()}`);
    const opened = await open();
    const { own } = memoryInUse();
    progress('tenants: the first message to each');
    const first = await writeToEach('first');
    progress('tenants: idle');
    await asleep(worker, count * partitions);
    const files = readdirSync('/proc/self/fd').length;
    const used = memoryInUse();
    const idleBefore = process.cpuUsage();
    await sleep(idleSeconds * 1000);
    const idleCpu = cpuMicros(idleBefore);
    progress('tenants: another message to each');
    const second = await writeToEach('second');
    await asleep(worker, count * partitions);
    progress('tenants: restarting');
    const { warnings } = worker;
    await worker.close();
    worker = await BenchWorker.open(folder, systemClock, REST_AFTER_MS);
    const reopened = await open();
    return {
      measured: {
        tenants: { value: count, unit: '' },
        'open: until all are ready': { value: opened.ms / 1000, unit: 's' },
        'open: CPU per tenant': { value: opened.cpuMicros / count / 1000, unit: 'ms' },
        'own memory per tenant, never used': { value: ((own - before.own) / count) * 1024, unit: 'KiB' },
        'first message of each: p50 to the reply': { value: latencyOf(first).p50, unit: 'ms' },
        'first message of each: longest': { value: latencyOf(first).max, unit: 'ms' },
        'own memory per tenant, used and at rest': { value: ((used.own - before.own) / count) * 1024, unit: 'KiB' },
        'own memory for all of them': { value: used.own - before.own, unit: 'MiB' },
        'mapped files for all of them': { value: used.mapped - before.mapped, unit: 'MiB' },
        'open files': { value: files, unit: '' },
        'disk per tenant': { value: mib(await diskBytes(folder)) / count, unit: 'MiB' },
        'at rest: processor': { value: (idleCpu / (idleSeconds * MICROS_PER_MINUTE)) * 60 * 100, unit: '% of one' },
        'next message of each: p50 to the reply': { value: latencyOf(second).p50, unit: 'ms' },
        'next message of each: longest': { value: latencyOf(second).max, unit: 'ms' },
        'restart: until all are ready': { value: reopened.ms / 1000, unit: 's' },
        'restart: CPU per tenant': { value: reopened.cpuMicros / count / 1000, unit: 'ms' },
        'restart: partitions that had to be opened': { value: count * partitions - worker.asleep, unit: '' },
      },
      discrepancies: [
        ...[first, second].flatMap(({ length }) =>
          length === count ? [] : [`${length.toString()} tenants answered of ${count.toString()}`],
        ),
        ...warnings,
        ...worker.warnings,
      ],
    };
  } finally {
    await worker.close();
  }
}

async function asleep(worker: BenchWorker, partitions: number): Promise<void> {
  const deadline = Date.now() + RESTED_BUDGET_MS;
  while (worker.asleep < partitions) {
    if (Date.now() > deadline)
      throw new Error(`${worker.asleep.toString()} of ${partitions.toString()} partitions rest`);
    await sleep(50);
  }
}

async function inGroups<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < all.length; at += TOGETHER) await Promise.all(all.slice(at, at + TOGETHER).map(work));
}
