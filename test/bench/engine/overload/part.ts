import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TenantName } from '../../../../channels/brands.ts';
import { createPublisher, type Publisher } from '../../../../runtime/events/publisher.ts';
import { createMetrics } from '../../../../runtime/http/metrics.ts';
import { createHttpServer, type HttpServer } from '../../../../runtime/http/server.ts';
import { LoadShedder } from '../../../../runtime/load-shedding/load-shedder.ts';
import { messagesWaiting } from '../../../../runtime/load-shedding/waiting.ts';
import { openFileKeyStore } from '../../../../runtime/keys/file-store.ts';
import { latencyOf } from '../../figures.ts';
import { logInto } from '../../scene.ts';
import type { PartRound } from '../../parts/figures.ts';
import type { PartOptions } from '../options.ts';
import { memory, MemoryOverTime } from '../resources.ts';
import { BenchWorker } from '../worker.ts';
import type { ClientReport, ClientTask } from './client.ts';
import { overloadMachine } from './definition.ts';
import { Probes } from './probes.ts';
import { Told } from './told.ts';

const TENANT = 'overload' as TenantName;
const CLIENT = fileURLToPath(new URL('client.ts', import.meta.url));

const TIMES = 10;

/** Enough to keep the platform busy, few enough that it is not the edge that is. */
const CALM_REQUESTS = 8;
/** More than the edge has of a tenant at a time; few would hold the load back, and it would be no overload. */
const OVERLOAD_REQUESTS = 1_000;

/** Latency is back where it is at most so much more than the median before, or so much. */
const BACK_TIMES = 2;
const BACK_MS = 50;

/** An edge that has taken so many requests in a row, so long apart, is open. */
const LOOKS_MIN = 4;
const LOOK_MS = 500;

/** Without a load, so that there is something to compare with. */
const PROBED_MS_MIN = 1_000;

/** A platform that says nothing for so long has lost what is missing. */
const SILENCE_MAX_MS = 60_000;

/** Ten times as many events as the platform can process, through its HTTP edge, from another process. */
export async function overloadPart(options: PartOptions): Promise<PartRound> {
  const { partitions, folder, seconds, overloadSeconds, maxWaiting, progress } = options;
  const worker = await BenchWorker.open(folder);
  await worker.createTenant(TENANT, partitions, overloadMachine());
  await worker.openEngine(TENANT, partitions);
  const publisher = createPublisher(worker.broker, TENANT, partitions, {
    ...{ source: '/platform', now: () => Date.now(), newId: randomUUID },
  });
  const said: string[] = [];
  const waiting = (): Promise<number> => messagesWaiting(worker.broker.admin, TENANT);
  const loadShedder = new LoadShedder({ waiting, waitingMax: maxWaiting, clock: worker.clock, log: logInto(said) });
  const server = edgeOf(folder, publisher, loadShedder);
  const told = await Told.open(worker.broker, TENANT, partitions);
  try {
    const port = await server.listen({ host: '127.0.0.1', port: 0 });
    const url = `http://127.0.0.1:${port}/v1/tenants/${TENANT}/channels/external/events`;
    const load = (name: string, task: Omit<ClientTask, 'url' | 'name'>): Promise<ClientReport> =>
      clientOf({ url, name, ...task });

    progress('overload: what the platform can do');
    const calm = await load('calm', { seconds, perSecond: 1e6, underWayMax: CALM_REQUESTS });
    await drained(told, calm.accepted);
    const capacity = calm.accepted / ((Date.now() - calm.beganAt) / 1000);

    await untilOpen(loadShedder);
    const probes = new Probes(url, told);
    const before = performance.now();
    await sleep(Math.max(seconds * 1000, PROBED_MS_MIN));
    progress(`overload: ${Math.round(TIMES * capacity)} events a second for ${overloadSeconds} s`);
    const memoryOverTime = new MemoryOverTime();
    const startedAt = performance.now();
    const doneBefore = told.total;
    const load10 = await load('overload', {
      ...{ seconds: overloadSeconds, perSecond: TIMES * capacity, underWayMax: OVERLOAD_REQUESTS },
    });
    const endedAt = performance.now();
    const done = (told.total - doneBefore) / ((endedAt - startedAt) / 1000);
    const { start, firstHalf, secondHalf, withMapped } = memoryOverTime.stop();
    const usually = latencyOf(probes.latenciesMs(before, startedAt));
    const backMs = await latencyBack(probes, Math.max(BACK_TIMES * (usually.p50 || 0), BACK_MS), endedAt);
    await probes.stop();
    await drained(told, calm.accepted + load10.accepted + probes.accepted);
    const during = latencyOf(probes.latenciesMs(startedAt, endedAt));
    const perSecond = (events: number): number => events / overloadSeconds;
    return {
      measured: {
        'what the platform can do': { value: capacity, unit: 'events/s' },
        offered: { value: perSecond(offeredIn(load10)), unit: 'events/s' },
        accepted: { value: perSecond(load10.accepted), unit: 'events/s' },
        'refused with 503': { value: perSecond(load10.refused[503] ?? 0), unit: 'events/s' },
        'refused with 429': { value: perSecond(load10.refused[429] ?? 0), unit: 'events/s' },
        'conversations held meanwhile': { value: done, unit: '/s' },
        'accepted to answered, p50': { value: load10.answeredMs.p50, unit: 'ms' },
        'accepted to answered, p99': { value: load10.answeredMs.p99, unit: 'ms' },
        'event to reply before, p50': { value: usually.p50, unit: 'ms' },
        'event to reply before, p99': { value: usually.p99, unit: 'ms' },
        'event to reply meanwhile, p50': { value: during.p50, unit: 'ms' },
        'event to reply meanwhile, p99': { value: during.p99, unit: 'ms' },
        'until latency was back': { value: (backMs - endedAt) / 1000, unit: 's' },
        'own memory, start': { value: start, unit: 'MiB' },
        'own memory, first half, most': { value: firstHalf, unit: 'MiB' },
        'own memory, second half, most': { value: secondHalf, unit: 'MiB' },
        'own memory, end': { value: memory().own, unit: 'MiB' },
        'resident with mapped files, most': { value: withMapped, unit: 'MiB' },
      },
      discrepancies: [...differences([calm, load10], told), ...worker.warnings],
    };
  } finally {
    await told.close();
    await server.close(0);
    loadShedder.close();
    await publisher.close();
    await worker.close();
  }
}

function edgeOf(folder: string, publisher: Publisher, loadShedder: LoadShedder): HttpServer {
  return createHttpServer({
    keys: openFileKeyStore(join(folder, 'keys')),
    tenants: { has: (tenant) => tenant === TENANT },
    publisher: {
      publishExternal: async (_, events) => {
        await Promise.all(events.map((event) => publisher.publish('external', event)));
      },
    },
    ...{ loadShedder, connectors: () => [], readiness: [], metrics: createMetrics(), log: logInto([]), now: Date.now },
  });
}

async function clientOf(task: ClientTask): Promise<ClientReport> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', CLIENT, JSON.stringify(task)]);
  return JSON.parse(stdout) as ClientReport;
}

/** What was too much for it already is done, and it knows. */
async function untilOpen(loadShedder: LoadShedder): Promise<void> {
  for (let looked = 0; looked < LOOKS_MIN;) {
    try {
      loadShedder.check(TENANT);
      looked += 1;
    } catch {
      looked = 0;
    }
    await sleep(LOOK_MS);
  }
}

/** Resolves once so many were told, or nobody is any more. */
async function drained(told: Told, count: number): Promise<void> {
  let last = told.total;
  for (let sinceMs = performance.now(); told.total < count;) {
    if (told.total !== last) sinceMs = performance.now();
    last = told.total;
    if (performance.now() - sinceMs > SILENCE_MAX_MS) return;
    await sleep(20);
  }
}

async function latencyBack(probes: Probes, withinMs: number, fromMs: number): Promise<number> {
  for (const untilMs = performance.now() + 2 * SILENCE_MAX_MS; performance.now() < untilMs;) {
    const back = probes.firstWithin(withinMs, fromMs);
    if (back !== undefined) return back;
    await sleep(50);
  }
  return Infinity;
}

function offeredIn({ accepted, refused, notSent }: ClientReport): number {
  return accepted + notSent + Object.values(refused).reduce((sum, count) => sum + count, 0);
}

/** Each accepted event must have led to one reply, each refusal must say when to come back. */
function differences(reports: readonly ClientReport[], told: Told): readonly string[] {
  const found: string[] = [];
  const unclear = reports.reduce((sum, report) => sum + report.unclear, 0);
  const failures = JSON.stringify(reports.map((report) => report.failures));
  if (unclear > 0) found.push(`of ${unclear} events it is unclear whether they were taken: ${failures}`);
  let [lost, doubled] = [0, 0];
  for (const at of reports[0]?.acceptedOf.keys() ?? []) {
    const accepted = reports.reduce((sum, { acceptedOf }) => sum + (acceptedOf[at] ?? 0), 0);
    const difference = told.of(`overload-${at}`) - accepted;
    if (difference < 0) lost -= difference;
    else doubled += difference;
  }
  if (lost > 0) found.push(`${lost} accepted events led to nothing`);
  if (doubled > 0) found.push(`${doubled} replies more than accepted events`);
  for (const { refused, withoutRetryAfter } of reports) {
    if (withoutRetryAfter > 0) found.push(`${withoutRetryAfter} refusals without Retry-After`);
    const others = Object.keys(refused).filter((status) => status !== '429' && status !== '503');
    if (others.length > 0) found.push(`the edge answered ${others.join(', ')}`);
  }
  return found;
}
