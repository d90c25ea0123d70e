import { setTimeout as sleep } from 'node:timers/promises';
import type { TenantName } from '../../../channels/brands.ts';
import { latencyOf, type Latency } from '../figures.ts';
import { Load } from '../load.ts';
import type { PartRound } from '../parts/figures.ts';
import { HotContact } from './hot-contact.ts';
import type { PartOptions } from './options.ts';
import { BenchWorker } from './worker.ts';

const TENANT = 'quiet' as TenantName;
const NOISY = 'noisy' as TenantName;

/** Of the tenant whose replies are measured. */
const PEOPLE = 8;

/** Of the noisy tenant, each writing again as soon as it is answered: more than the worker can do. */
const NOISY_PEOPLE = 256;

/** Alone and beside each neighbour, by turns: the machine's other work, which comes and goes, then falls on all alike. */
const TURNS = 4;

/** From when the noisy people begin to write until the others are measured, and the same at the end. */
const RAMP_MS = 300;

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
    const replies = async (label: string, ms: number): Promise<readonly number[]> =>
      (await load.run(label, PEOPLE, ms)).latenciesMs;
    try {
      await load.fence('neighbours');
      await noise.fence('neighbours');
      await replies('warm-up', seconds * 1000);
      const alone: number[] = [];
      const besideContact: number[] = [];
      const besideTenant: number[] = [];
      const ofNoisy: number[] = [];
      const sentBefore = hot.sent;
      for (let turn = 1; turn <= TURNS; turn++) {
        alone.push(...(await replies('alone', seconds * 1000)));
        const stop = hot.start();
        besideContact.push(...(await replies('hot', seconds * 1000)));
        await stop();
        const noisy = noise.run('noise', NOISY_PEOPLE, seconds * 1000 + 2 * RAMP_MS);
        await sleep(RAMP_MS);
        besideTenant.push(...(await replies('noisy', seconds * 1000)));
        ofNoisy.push(...(await noisy).latenciesMs);
      }
      const hotPerMinute = ((hot.sent - sentBefore) / (TURNS * seconds)) * 60;
      const noisyPerSecond = ofNoisy.length / (TURNS * (seconds + (2 * RAMP_MS) / 1000));
      const [calm, contact, tenant] = [alone, besideContact, besideTenant].map(latencyOf);
      if (!calm || !contact || !tenant) throw new RangeError('nothing was measured');
      return {
        measured: {
          'alone: replies': { value: alone.length, unit: '' },
          ...latencyFigures('alone', calm),
          'hot contact: messages': { value: hotPerMinute, unit: '/min' },
          ...latencyFigures('beside a hot contact', contact),
          'beside a hot contact: p99 to that alone': { value: contact.p99 / calm.p99, unit: '×' },
          'noisy tenant: replies': { value: noisyPerSecond, unit: '/s' },
          'noisy tenant: its own p99': { value: latencyOf(ofNoisy).p99, unit: 'ms' },
          'beside a noisy tenant: replies': { value: besideTenant.length, unit: '' },
          ...latencyFigures('beside a noisy tenant', tenant),
          'beside a noisy tenant: p50 to that alone': { value: tenant.p50 / calm.p50, unit: '×' },
          'beside a noisy tenant: p99 to that alone': { value: tenant.p99 / calm.p99, unit: '×' },
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
