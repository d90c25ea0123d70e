import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TenantName } from '../../channels/brands.ts';
import { PLAIN_CODEC } from '../../channels/codec.ts';
import { route } from '../../dsl/step/route.ts';
import { step } from '../../dsl/step/step.ts';
import { openBroker } from '../../runtime/broker/open.ts';
import type { Broker } from '../../runtime/broker/port.ts';
import { systemClock } from '../../runtime/clock.ts';
import { sendPublications } from '../../runtime/definitions/publication.ts';
import { PublishedDefinitions, publicationsOf } from '../../runtime/definitions/published.ts';
import { Engine } from '../../runtime/engine/engine.ts';
import { createTenant } from '../../runtime/events/tenant.ts';
import type { Log } from '../../runtime/log.ts';
import { openStore } from '../../runtime/store/client.ts';
import type { Store } from '../../runtime/store/port.ts';
import { Sink } from '../../runtime/store/sink/sink.ts';
import { pulsarLibraries } from '../pulsar/libraries.ts';
import { startPulsar } from '../pulsar/start.ts';
import { benchMachine } from './definition.ts';

export const TENANT = 'bench' as TenantName;

/** A real broker with every core busy takes its time to open some hundred topics. */
const READY_BUDGET_MS = 120_000;

export const DRIVERS = ['embedded', 'pulsar', 'websocket'] as const;
export type Driver = (typeof DRIVERS)[number];

export interface SceneOptions {
  readonly driver: Driver;
  readonly partitions: number;
  readonly sink: boolean;
  /** Empty; everything but a real broker's own data goes below it. */
  readonly folder: string;
}

/** The platform's hot path in this process, wired as the composition root does, without HTTP and connectors. */
export interface Scene {
  readonly broker: Broker;
  readonly engine: Engine;
  readonly store: Store | undefined;
  readonly sink: Sink | undefined;
  /** What the engine and the sink warned of: a round in which a partition was lost measures something else. */
  readonly warnings: readonly string[];
  close(): Promise<void>;
}

export async function openScene(options: SceneOptions): Promise<Scene> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return { ...(await open(options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(options: SceneOptions, closers: (() => Promise<unknown>)[]): Promise<Omit<Scene, 'close'>> {
  const { folder, partitions } = options;
  const warnings: string[] = [];
  const log = logInto(warnings);
  const { url, adminUrl } = await brokerUrls(options, closers);
  const broker = await openBroker(url, { adminUrl });
  closers.push(() => broker.close());
  await createTenant(broker.admin, TENANT, partitions);
  await sendPublications(broker, TENANT, publicationsOf(benchMachine(), new PublishedDefinitions(), 'command'));
  const store = options.sink ? await openStore({ location: join(folder, 'store') }) : undefined;
  if (store) closers.push(() => store.close());
  const sink = store && new Sink({ broker, store, tenant: TENANT, log, clock: systemClock });
  if (sink) closers.push(() => sink.stop());
  const engine = await Engine.start({
    ...{ broker, tenant: TENANT, partitions, log, step, route },
    codec: PLAIN_CODEC,
    clock: systemClock,
    stateFolder: join(folder, 'state'),
    worker: 'bench',
    newId: randomUUID,
  });
  closers.push(() => engine.close());
  const deadline = Date.now() + READY_BUDGET_MS;
  while (!engine.isReady || sink?.metrics().owner === false) {
    if (Date.now() > deadline) throw new Error(`the engine was not ready in time: ${warnings.join('; ')}`);
    await sleep(20);
  }
  return { broker, engine, store, sink, warnings };
}

async function brokerUrls(
  { driver, folder }: SceneOptions,
  closers: (() => Promise<unknown>)[],
): Promise<{ readonly url: string; readonly adminUrl?: string }> {
  if (driver === 'embedded') return { url: `embedded:${join(folder, 'broker')}` };
  // Fetched here, so that what it has to say does not end up in the JSON on standard output.
  await pulsarLibraries(console.error);
  const pulsar = await startPulsar({ folder: join(folder, 'pulsar'), compiled: 'fully' });
  closers.push(() => pulsar.stop());
  return { url: driver === 'pulsar' ? pulsar.serviceUrl : pulsar.wsUrl, adminUrl: pulsar.webUrl };
}

/** A log that keeps what it is warned of. */
export function logInto(warnings: string[]): Log {
  const keep = (fields: object, message: string): void => {
    const { err } = fields as { err?: unknown };
    warnings.push(err instanceof Error ? `${message}: ${err.message}` : message);
  };
  const log: Log = { debug: () => undefined, info: () => undefined, warn: keep, error: keep, child: () => log };
  return log;
}
