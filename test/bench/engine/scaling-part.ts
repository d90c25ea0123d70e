import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TenantName } from '../../../channels/brands.ts';
import { openBroker } from '../../../runtime/broker/open.ts';
import { sendPublications } from '../../../runtime/definitions/publication.ts';
import { PublishedDefinitions, publicationsOf } from '../../../runtime/definitions/published.ts';
import { createTenant } from '../../../runtime/events/tenant.ts';
import { until } from '../../connectors/until.ts';
import { PlatformProcess } from '../../end-to-end/platform-process.ts';
import { startPulsar } from '../../pulsar/start.ts';
import { benchMachine } from '../definition.ts';
import { latencyOf } from '../figures.ts';
import { JournalCounter } from '../journal-count.ts';
import { Load } from '../load.ts';
import type { Measured, PartRound } from '../parts/figures.ts';
import type { PartOptions } from './options.ts';
import { machineBusyMicros, processorMicros } from './resources.ts';

const TENANT = 'bench' as TenantName;
const IN_FLIGHT = 256;
const WORKERS_MAX = 2;
const READY_BUDGET_MS = 120_000;

/** Rounds before the first that counts: the broker's Java compiles what it runs often. */
const BROKER_WARM_UPS = 4;

/**
 * One worker process, then a second one beside it, on a real Pulsar, under the same load from this process: what each part
 * of it takes of the machine's processors says what the limit is.
 */
export async function scalingPart(options: PartOptions): Promise<PartRound> {
  const { driver, partitions, seconds, folder, progress } = options;
  const pulsar = await startPulsar({ folder: join(folder, 'pulsar'), compiled: 'fully' });
  const url = driver === 'pulsar' ? pulsar.serviceUrl : pulsar.wsUrl;
  const broker = await openBroker(url, { adminUrl: pulsar.webUrl });
  const workers: PlatformProcess[] = [];
  try {
    await createTenant(broker.admin, TENANT, partitions);
    await sendPublications(broker, TENANT, publicationsOf(benchMachine(), new PublishedDefinitions(), 'command'));
    const load = await Load.open({ broker, tenant: TENANT, partitions, receipts: false });
    const journal = new JournalCounter(broker, TENANT, partitions);
    const measured: Record<string, Measured[string]> = {};
    const discrepancies: string[] = [];
    for (let count = 1; count <= WORKERS_MAX; count++) {
      progress(`scaling: ${count} of ${WORKERS_MAX} workers`);
      workers.push(await startWorker(join(folder, `worker-${count}`), { url, adminUrl: pulsar.webUrl, partitions }));
      await until('the workers to share the partitions', () => areShared(workers, partitions), READY_BUDGET_MS);
      const label = `bench/${count}`;
      const warmUps = count === 1 ? BROKER_WARM_UPS : 1;
      for (let at = 1; at <= warmUps; at++) await load.run(`${label}/warm-up-${at}`, IN_FLIGHT, seconds * 1000);
      const parts = { workers: workers.map(({ pid }) => pid), broker: [pulsar.pid], load: [process.pid] };
      const [start, before, busyBefore] = [await journal.ends(), microsOf(parts), machineBusyMicros()];
      const round = await load.run(label, IN_FLIGHT, seconds * 1000);
      const [after, busy] = [microsOf(parts), machineBusyMicros() - busyBefore];
      const { steps } = await journal.count(label, start, await journal.ends());
      if (steps !== round.published) discrepancies.push(`${label}: ${round.published} messages, ${steps} steps`);
      const { p50, p99 } = latencyOf(round.latenciesMs);
      const name = (what: string): string => `${count} worker${count === 1 ? '' : 's'}: ${what}`;
      measured[name('steps')] = { value: (steps / round.elapsedMs) * 1000, unit: '/s' };
      measured[name('p50 of a reply')] = { value: p50, unit: 'ms' };
      measured[name('p99 of a reply')] = { value: p99, unit: 'ms' };
      let used = 0;
      for (const part of ['workers', 'broker', 'load'] as const) {
        used += after[part] - before[part];
        measured[name(`CPU of ${part} per step`)] = { value: (after[part] - before[part]) / steps, unit: 'µs' };
      }
      const elapsedMicros = round.elapsedMs * 1000;
      measured[name('processors in use, by these')] = { value: used / elapsedMicros, unit: '' };
      measured[name('processors in use, by others too')] = { value: busy / elapsedMicros, unit: '' };
    }
    await load.close();
    const rate = (count: number): number => measured[`${count} worker${count === 1 ? '' : 's'}: steps`]?.value ?? NaN;
    measured['2 workers to 1'] = { value: rate(2) / rate(1), unit: '×' };
    return { measured, discrepancies };
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    await broker.close();
    await pulsar.stop();
  }
}

interface WorkerOptions {
  readonly url: string;
  readonly adminUrl: string;
  readonly partitions: number;
}

async function startWorker(folder: string, { url, adminUrl, partitions }: WorkerOptions): Promise<PlatformProcess> {
  const conversations = join(folder, 'conversations');
  await mkdir(conversations, { recursive: true });
  return PlatformProcess.start({
    dataFolder: folder,
    environment: {
      PARLANCE_ROLES: 'engine',
      PARLANCE_BROKER_URL: url,
      PARLANCE_BROKER_ADMIN_URL: adminUrl,
      // A worker never asks it.
      PARLANCE_STORE_URL: 'http://127.0.0.1:9',
      PARLANCE_DEFAULT_TENANT_NAME: TENANT,
      PARLANCE_DEFAULT_TENANT_PARTITIONS: partitions.toString(),
      PARLANCE_CONVERSATIONS: conversations,
    },
  });
}

async function areShared(workers: readonly PlatformProcess[], partitions: number): Promise<boolean> {
  const counts = await Promise.all(workers.map((worker) => worker.partitionsOwned(TENANT)));
  return counts.every((count) => count === partitions / workers.length);
}

type Micros = Record<'workers' | 'broker' | 'load', number>;

function microsOf(parts: Record<keyof Micros, readonly number[]>): Micros {
  const sum = (pids: readonly number[]): number => pids.reduce((total, pid) => total + processorMicros(pid), 0);
  return { workers: sum(parts.workers), broker: sum(parts.broker), load: sum(parts.load) };
}
