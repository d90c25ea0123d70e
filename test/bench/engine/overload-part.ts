import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TenantName } from '../../../channels/brands.ts';
import { eventsWaiting } from '../../../runtime/events/events-waiting.ts';
import { createPublisher } from '../../../runtime/events/publisher.ts';
import { BacklogLimit } from '../../../runtime/http/backlog-limit.ts';
import { createMetrics } from '../../../runtime/http/metrics.ts';
import { createHttpServer } from '../../../runtime/http/server.ts';
import { openFileKeyStore } from '../../../runtime/keys/file-store.ts';
import { logInto } from '../scene.ts';
import { probe } from './event-probe.ts';
import type { PartRound } from './figures.ts';
import type { PartOptions } from './options.ts';
import { overloadMachine } from './overload-definition.ts';
import { MemoryOverTime, memoryInUse } from './resources.ts';
import { BenchWorker } from './worker.ts';

const TENANT = 'overload' as TenantName;
const CLIENT = fileURLToPath(new URL('overload-client.ts', import.meta.url));

/** Under way at a time: more than the edge lets one tenant have. */
const REQUESTS = 600;

/** Events that may wait, of `size`: low enough to be reached within the time of a short run. */
const MAX_WAITING_SHARE = 0.1;

/** What the client was answered, in events; requests without `Retry-After` although they were refused. */
export interface Answers {
  accepted: number;
  refused: Record<number, number>;
  withoutRetryAfter: number;
  requests: number;
}

/** Events posted over HTTP as fast as they are answered, by another process: memory, refusals, and what comes after. */
export async function overloadPart(options: PartOptions): Promise<PartRound> {
  const { partitions, overloadSeconds, folder, size } = options;
  const worker = await BenchWorker.open(folder);
  const publisher = createPublisher(worker.broker, TENANT, partitions, {
    ...{ source: '/platform', now: () => Date.now(), newId: () => crypto.randomUUID() },
  });
  const server = createHttpServer({
    keys: openFileKeyStore(join(folder, 'keys')),
    tenants: { has: (tenant) => tenant === TENANT },
    publisher: {
      publishExternal: async (_tenant, events) => {
        await Promise.all(events.map((event) => publisher.publish('external', event)));
      },
    },
    backlog: new BacklogLimit({
      waiting: (tenant) => eventsWaiting(worker.broker.admin, tenant),
      ...{ now: () => Date.now(), max: size * MAX_WAITING_SHARE },
    }),
    ...{ connectors: () => [], readiness: [], metrics: createMetrics(), log: logInto([]), now: () => Date.now() },
  });
  try {
    await worker.createTenant(TENANT, partitions, overloadMachine());
    const engine = await worker.openEngine(TENANT, partitions);
    const port = await server.listen({ host: '127.0.0.1', port: 0 });
    const url = `http://127.0.0.1:${port.toString()}/v1/tenants/${TENANT}/channels/external/events`;
    const asked = (): Promise<number> => probe(worker.broker, TENANT, partitions, url);
    await asked();
    const before = await asked();
    const memory = new MemoryOverTime(memoryInUse().own);
    const stepsBefore = engine.stats.steps;
    const startedAt = performance.now();
    const answers = await overload(url, overloadSeconds);
    const seconds = (performance.now() - startedAt) / 1000;
    const steps = engine.stats.steps - stepsBefore;
    const { first, second, highest } = memory.stop();
    const waiting = await eventsWaiting(worker.broker.admin, TENANT);
    const atOnce = await asked();
    const after = await asked();
    const refused = (status: number): number => (answers.refused[status] ?? 0) / seconds;
    const offered =
      (answers.accepted + Object.values(answers.refused).reduce((sum, count) => sum + count, 0)) / seconds;
    return {
      measured: {
        'events offered': { value: offered, unit: '/s' },
        'conversations held': { value: steps / seconds, unit: '/s' },
        'offered to held': { value: offered / (steps / seconds), unit: '×' },
        'events accepted': { value: answers.accepted / seconds, unit: '/s' },
        'events refused with 429': { value: refused(429), unit: '/s' },
        'events refused with 503': { value: refused(503), unit: '/s' },
        'waiting at the end': { value: waiting, unit: '' },
        'own memory on top, first half, at its highest': { value: first, unit: 'MiB' },
        'own memory on top, second half, at its highest': { value: second, unit: 'MiB' },
        'own memory on top, at its highest': { value: highest, unit: 'MiB' },
        'an event before': { value: before, unit: 'ms' },
        'an event sent at the end, until it was answered': { value: atOnce, unit: 'ms' },
        'an event sent after that': { value: after, unit: 'ms' },
      },
      discrepancies: [
        ...(answers.withoutRetryAfter === 0 ? [] : [`${answers.withoutRetryAfter} refusals without Retry-After`]),
        ...Object.keys(answers.refused)
          .filter((status) => status !== '429' && status !== '503')
          .map((status) => `the edge answered ${status}`),
        ...worker.warnings,
      ],
    };
  } finally {
    await server.close(0);
    await publisher.close();
    await worker.close();
  }
}

async function overload(url: string, seconds: number): Promise<Answers> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...['--import', 'tsx', CLIENT],
    ...[url, seconds.toString(), REQUESTS.toString()],
  ]);
  return JSON.parse(stdout) as Answers;
}
