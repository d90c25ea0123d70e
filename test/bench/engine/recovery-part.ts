import { rm } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import type { TenantName } from '../../../channels/brands.ts';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import { engineTopic, partitionTopic } from '../../../channels/topics.ts';
import { CheckpointWriter } from '../../../runtime/engine/checkpoints.ts';
import { StateStore } from '../../../runtime/engine/state-store.ts';
import { Load } from '../load.ts';
import type { PartRound } from '../parts/figures.ts';
import type { PartOptions } from './options.ts';
import { cpuMicros, highestMemory, memoryInUse } from './resources.ts';
import { writeCrowd } from './waiting-crowd.ts';
import { BenchWorker } from './worker.ts';

const TENANT = 'recovery' as TenantName;
const PEOPLE = 64;

/** How long one partition with many contacts takes to go on: where it was, and on a node that has nothing. */
export async function recoveryPart({ size, seconds, folder }: PartOptions): Promise<PartRound> {
  const worker = await BenchWorker.open(folder);
  try {
    await worker.createTenant(TENANT, 1);
    await worker.openEngine(TENANT, 1);
    await worker.closeEngine(TENANT);
    const [states = ''] = worker.partitionFolders(TENANT, 1);
    await writeCrowd([states], { count: size, askedAt: () => Date.now() });
    const written = await writeCheckpoint(worker, states);

    const same = await restart(worker);
    const load = await Load.open({ broker: worker.broker, tenant: TENANT, partitions: 1, receipts: false });
    await load.fence('recovery');
    await load.run('recovery', PEOPLE, seconds * 1000);
    await load.close();
    await worker.closeEngine(TENANT);
    const contacts = await countContacts(states);
    await rm(worker.stateFolder, { recursive: true });
    const { own } = memoryInUse();
    const [fresh, highest] = await highestMemory(() => restart(worker));
    await worker.closeEngine(TENANT);
    const restored = await countContacts(states);
    return {
      measured: {
        contacts: { value: contacts, unit: '' },
        'same node: until it steps': { value: same.ms, unit: 'ms' },
        'full checkpoint: contacts written': { value: (size / written) * 1000, unit: '/s' },
        'new node: until it steps': { value: fresh.ms, unit: 'ms' },
        'new node: contacts': { value: (contacts / fresh.ms) * 1000, unit: '/s' },
        'new node: CPU per contact': { value: fresh.cpuMicros / contacts, unit: 'µs' },
        'new node: records read from the journal': { value: fresh.records, unit: '' },
        'new node: own memory on top, at its highest': { value: highest - own, unit: 'MiB' },
      },
      discrepancies: [
        ...(restored === contacts ? [] : [`${restored} contacts restored of ${contacts}`]),
        ...worker.warnings,
      ],
    };
  } finally {
    await worker.close();
  }
}

interface Restart {
  readonly ms: number;
  readonly cpuMicros: number;
  readonly records: number;
}

async function restart(worker: BenchWorker): Promise<Restart> {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const engine = await worker.openEngine(TENANT, 1);
  const ms = performance.now() - startedAt;
  return { ms, cpuMicros: cpuMicros(cpuBefore), records: engine.stats.recordsRecovered };
}

/** As the owner does, all contacts at once; milliseconds. */
async function writeCheckpoint(worker: BenchWorker, folder: string): Promise<number> {
  const store = new StateStore(folder, PLAIN_CODEC);
  const writer = await CheckpointWriter.open({
    ...{ broker: worker.broker, codec: PLAIN_CODEC, last: 0 },
    topic: partitionTopic(engineTopic(TENANT, 'checkpoints'), 0),
  });
  try {
    const checkpoint = store.checkpoint();
    if (!checkpoint) throw new Error(`${folder} holds no partition that has been run`);
    const startedAt = performance.now();
    await writer.write(checkpoint, [], store, () => false);
    return performance.now() - startedAt;
  } finally {
    await writer.close();
    await store.close();
  }
}

async function countContacts(folder: string): Promise<number> {
  const store = new StateStore(folder, PLAIN_CODEC);
  let count = 0;
  for (let page = store.contactsAfter(undefined, 10_000); page.length > 0;) {
    count += page.length;
    page = store.contactsAfter(page.at(-1), 10_000);
  }
  await store.close();
  return count;
}
