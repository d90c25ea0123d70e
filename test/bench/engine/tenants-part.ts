import { readdirSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TenantName } from '../../../channels/brands.ts';
import { latencyOf } from '../figures.ts';
import { Load } from '../load.ts';
import type { PartRound } from './figures.ts';
import type { PartOptions } from './options.ts';
import { cpuMicros, diskBytes, memoryInUse, mib } from './resources.ts';
import { BenchWorker } from './worker.ts';

/** Started at once, and written to at once. */
const TOGETHER = 16;

const MICROS_PER_MINUTE = 60_000_000;

/** Many tenants that nobody writes to, on one worker: what they take, and that each is there when it is needed. */
export async function tenantsPart(options: PartOptions): Promise<PartRound> {
  const { tenants: count, partitions, idleSeconds, folder, progress } = options;
  const worker = await BenchWorker.open(folder);
  try {
    const tenants = Array.from({ length: count }, (_, at) => `tenant-${at.toString()}` as TenantName);
    await inGroups(tenants, (tenant) => worker.createTenant(tenant, partitions));
    const before = memoryInUse();
    progress(`tenants: opening ${count.toString()}`);
    const openedAt = performance.now();
    const cpuBefore = process.cpuUsage();
    await inGroups(tenants, async (tenant) => {
      await worker.openEngine(tenant, partitions);
    });
    const openMs = performance.now() - openedAt;
    const openCpu = cpuMicros(cpuBefore);
    const files = readdirSync('/proc/self/fd').length;
    const { own, mapped } = memoryInUse();
    progress('tenants: idle');
    // What opening leaves to be done is done.
    await sleep(Math.min(idleSeconds * 1000, 10_000));
    const idleBefore = process.cpuUsage();
    await sleep(idleSeconds * 1000);
    const idleCpu = cpuMicros(idleBefore);
    const latencies: number[] = [];
    await inGroups(tenants, async (tenant) => {
      const load = await Load.open({ broker: worker.broker, tenant, partitions, receipts: false });
      const { latenciesMs } = await load.run('hello', 1, 0);
      latencies.push(...latenciesMs);
      await load.close();
    });
    return {
      measured: {
        tenants: { value: count, unit: '' },
        'open: until all are ready': { value: openMs / 1000, unit: 's' },
        'open: CPU per tenant': { value: openCpu / count / 1000, unit: 'ms' },
        'own memory per tenant': { value: ((own - before.own) / count) * 1024, unit: 'KiB' },
        'own memory for all of them': { value: own - before.own, unit: 'MiB' },
        'mapped files for all of them': { value: mapped - before.mapped, unit: 'MiB' },
        'open files': { value: files, unit: '' },
        'disk per tenant': { value: mib(await diskBytes(folder)) / count, unit: 'MiB' },
        'idle: processor': { value: (idleCpu / (idleSeconds * MICROS_PER_MINUTE)) * 60 * 100, unit: '% of one' },
        'first message of each: p50 to the reply': { value: latencyOf(latencies).p50, unit: 'ms' },
        'first message of each: longest': { value: latencyOf(latencies).max, unit: 'ms' },
      },
      discrepancies: [
        ...(latencies.length === count ? [] : [`${latencies.length} tenants answered of ${count}`]),
        ...worker.warnings,
      ],
    };
  } finally {
    await worker.close();
  }
}

async function inGroups<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < all.length; at += TOGETHER) await Promise.all(all.slice(at, at + TOGETHER).map(work));
}
