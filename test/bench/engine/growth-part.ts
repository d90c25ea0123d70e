import { join } from 'node:path';
import type { TenantName } from '../../../channels/brands.ts';
import { latencyOf } from '../figures.ts';
import { Load } from '../load.ts';
import type { Measured, PartRound } from '../parts/figures.ts';
import type { PartOptions } from './options.ts';
import { cpuMicros, memoryInUse } from './resources.ts';
import { nameOf, writeCrowd } from './waiting-crowd.ts';
import { BenchWorker } from './worker.ts';

const TENANT = 'growth' as TenantName;
const PEOPLE = 64;
const PARTITIONS = 4;

/** Of the largest number of open conversations: what is measured before it. */
const LEVELS = [0.01, 0.1, 1];

/** Whoever writes next is anybody of all who wait: a prime step visits everyone once before anyone twice. */
const STRIDE = 7_919;

/** What a step costs, the more conversations are open. Each message is a reply to one of them, from the disk. */
export async function growthPart(options: PartOptions): Promise<PartRound> {
  const measured: Record<string, Measured[string]> = {};
  const discrepancies: string[] = [];
  // What runs first pays for the compiler's own warming up.
  await measure(2 * PEOPLE, join(options.folder, 'warm-up'), options.seconds);
  const sizes = new Set(LEVELS.map((level) => Math.max(Math.round(options.size * level), 2 * PEOPLE)));
  for (const size of sizes) {
    options.progress(`growth: ${size.toString()} open`);
    const { figures, warnings } = await measure(size, join(options.folder, size.toString()), options.seconds);
    for (const [name, figure] of Object.entries(figures)) measured[`${size.toString()} open: ${name}`] = figure;
    discrepancies.push(...warnings);
  }
  return { measured, discrepancies };
}

async function measure(
  size: number,
  folder: string,
  seconds: number,
): Promise<{ readonly figures: Measured; readonly warnings: readonly string[] }> {
  const worker = await BenchWorker.open(folder);
  try {
    await worker.createTenant(TENANT, PARTITIONS);
    await worker.openEngine(TENANT, PARTITIONS);
    await worker.closeEngine(TENANT);
    await writeCrowd(worker.partitionFolders(TENANT, PARTITIONS), { count: size, askedAt: () => Date.now() });
    const engine = await worker.openEngine(TENANT, PARTITIONS);
    let at = 0;
    const next = (): string => nameOf((at++ * STRIDE) % size);
    const load = await Load.open({
      ...{ broker: worker.broker, tenant: TENANT, partitions: PARTITIONS, receipts: false, next },
    });
    await load.fence('growth');
    await load.run('warm-up', PEOPLE, (seconds * 1000) / 2);
    const stepsBefore = engine.stats.steps;
    const cpuBefore = process.cpuUsage();
    const { latenciesMs, elapsedMs } = await load.run('growth', PEOPLE, seconds * 1000);
    const cpu = cpuMicros(cpuBefore);
    const steps = engine.stats.steps - stepsBefore;
    await load.close();
    const { p50, p99 } = latencyOf(latenciesMs);
    const figures = {
      'CPU per step': { value: cpu / steps, unit: 'µs' },
      steps: { value: (steps / elapsedMs) * 1000, unit: '/s' },
      'p50 of a reply': { value: p50, unit: 'ms' },
      'p99 of a reply': { value: p99, unit: 'ms' },
      'own memory': { value: memoryInUse().own, unit: 'MiB' },
    };
    return { figures, warnings: worker.warnings };
  } finally {
    await worker.close();
  }
}
