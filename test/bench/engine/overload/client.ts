/**
 * A process of its own, so that what it does costs the platform no turn of its thread: posts batches of events at a rate
 * that does not ask how they are answered. Prints what it was answered.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { latencyOf } from '../../figures.ts';
import { post } from './posting.ts';

/** Of its events; each batch goes on where the one before ended. */
const CONTACTS = 2_000;

const BATCH = 50;
const TURN_MS = 5;
/** As long as the load may last. */
const CONNECT_MS = 600_000;

export interface ClientTask {
  readonly url: string;
  readonly name: string;
  readonly seconds: number;
  /** Events. */
  readonly perSecond: number;
  /** Requests under way at a time: what would be more is not sent, and told. */
  readonly underWayMax: number;
}

/** In events, but for what says otherwise. */
export interface ClientReport {
  /** Milliseconds since the epoch: the process takes its time to start. */
  readonly beganAt: number;
  accepted: number;
  refused: Record<number, number>;
  notSent: number;
  /** Without an answer, or with one that leaves open what was taken. */
  unclear: number;
  /** Why, in requests. */
  failures: Record<string, number>;
  /** Requests that were refused without `Retry-After`. */
  withoutRetryAfter: number;
  /** Of the contact `overload-AT`. */
  acceptedOf: number[];
  /** From an accepted request to its answer. */
  answeredMs: { readonly p50: number; readonly p99: number };
}

async function run({ url, name, seconds, perSecond, underWayMax }: ClientTask): Promise<ClientReport> {
  const dispatcher = new Agent({
    connections: underWayMax,
    headersTimeout: 0,
    bodyTimeout: 0,
    connectTimeout: CONNECT_MS,
  });
  const acceptedOf = Array.from({ length: CONTACTS }, () => 0);
  const [refused, failures]: [Record<number, number>, Record<string, number>] = [{}, {}];
  const report = { accepted: 0, refused, notSent: 0, unclear: 0, failures, withoutRetryAfter: 0 };
  const latencies: number[] = [];
  const underWay = new Set<Promise<void>>();
  let batches = 0;

  const send = async (): Promise<void> => {
    const first = batches * BATCH;
    const contacts = Array.from({ length: BATCH }, (_, at) => (first + at) % CONTACTS);
    const id = `${name}-${(batches += 1)}`;
    const sentAt = performance.now();
    const names = contacts.map((contact) => `overload-${contact}`);
    const answer = await post(url, id, names, dispatcher).catch((error: unknown) => {
      const name =
        error instanceof Error ? `${error.message} (${'code' in error ? String(error.code) : error.name})` : '';
      failures[name] = (failures[name] ?? 0) + 1;
      return undefined;
    });
    if (answer?.status === 202) {
      report.accepted += BATCH;
      for (const contact of contacts) acceptedOf[contact] = (acceptedOf[contact] ?? 0) + 1;
      latencies.push(performance.now() - sentAt);
    } else if (!answer || answer.isUnclear) report.unclear += BATCH;
    if (!answer || answer.status === 202) return;
    report.refused[answer.status] = (report.refused[answer.status] ?? 0) + BATCH;
    if (answer.retryAfter === undefined) report.withoutRetryAfter += 1;
  };

  const beganAt = Date.now();
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  for (let due = 0; performance.now() < endsAt;) {
    const until = ((performance.now() - startedAt) / 1000) * perSecond;
    for (; due + BATCH <= until; due += BATCH) {
      if (underWay.size >= underWayMax) {
        report.notSent += BATCH;
        continue;
      }
      const sending = send().finally(() => underWay.delete(sending));
      underWay.add(sending);
    }
    await sleep(TURN_MS);
  }
  await Promise.all(underWay);
  await dispatcher.close();
  const { p50, p99 } = latencyOf(latencies);
  return { ...report, beganAt, acceptedOf, answeredMs: { p50, p99 } };
}

const [task] = process.argv.slice(2);
if (task !== undefined) console.log(JSON.stringify(await run(JSON.parse(task) as ClientTask)));
