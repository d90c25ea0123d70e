import type { TenantName } from '../../../channels/brands.ts';
import { latencyOf, type Latency } from '../figures.ts';
import { Load } from '../load.ts';
import type { PartRound } from './figures.ts';
import { HotContact } from './hot-contact.ts';
import type { PartOptions } from './options.ts';
import { BenchWorker } from './worker.ts';

const TENANT = 'quiet' as TenantName;
const NOISY = 'noisy' as TenantName;

/** Of the tenant whose replies are measured. */
const PEOPLE = 8;

/** Of the noisy tenant, each writing again as soon as it is answered: more than the worker can do. */
const NOISY_PEOPLE = 256;

/** What people notice of one contact that never stops writing, and of a tenant that takes all it can get. */
export async function neighboursPart({ partitions, seconds, folder }: PartOptions): Promise<PartRound> {
  const worker = await BenchWorker.open(folder);
  const of = { broker: worker.broker, partitions, receipts: false };
  try {
    for (const tenant of [TENANT, NOISY]) {
      await worker.createTenant(tenant, partitions);
      await worker.openEngine(tenant, partitions);
    }
    const hot = await HotContact.open(worker.broker, TENANT, partitions);
    const load = await Load.open({ ...of, tenant: TENANT, others: new Set([hot.key]) });
    const noise = await Load.open({ ...of, tenant: NOISY });
    const measure = async (label: string): Promise<Latency> =>
      latencyOf((await load.run(label, PEOPLE, seconds * 1000)).latenciesMs);
    try {
      await load.fence('neighbours');
      await noise.fence('neighbours');
      await measure('warm-up');
      const alone = await measure('alone');
      const sentBefore = hot.sent;
      const stop = hot.start();
      const besideContact = await measure('hot');
      await stop();
      const hotPerMinute = ((hot.sent - sentBefore) / seconds) * 60;
      const aloneAgain = await measure('alone again');
      const noisy = noise.run('noise', NOISY_PEOPLE, (seconds + 1) * 1000);
      const besideTenant = await measure('noisy');
      const { latenciesMs } = await noisy;
      return {
        measured: {
          ...latencyFigures('alone', alone),
          'hot contact: messages': { value: hotPerMinute, unit: '/min' },
          ...latencyFigures('beside a hot contact', besideContact),
          'beside a hot contact: p99 to that alone': { value: besideContact.p99 / alone.p99, unit: '×' },
          ...latencyFigures('alone again', aloneAgain),
          'noisy tenant: its own p99': { value: latencyOf(latenciesMs).p99, unit: 'ms' },
          ...latencyFigures('beside a noisy tenant', besideTenant),
          'beside a noisy tenant: p99 to that alone': { value: besideTenant.p99 / aloneAgain.p99, unit: '×' },
        },
        discrepancies: worker.warnings,
      };
    } finally {
      await hot.close();
      await load.close();
      await noise.close();
    }
  } finally {
    await worker.close();
  }
}

function latencyFigures(name: string, { p50, p99 }: Latency): PartRound['measured'] {
  return { [`${name}: p50`]: { value: p50, unit: 'ms' }, [`${name}: p99`]: { value: p99, unit: 'ms' } };
}
