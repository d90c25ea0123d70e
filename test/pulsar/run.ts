/**
 * `npm run pulsar`: a real standalone broker in the background, its data under .pulsar/data, kept between runs.
 * `npm run pulsar -- --stop` ends it.
 */
import { spawnSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { PulsarPorts } from './configuration.ts';
import { HOW_TO_GET_JAVA, PULSAR_FOLDER, pulsarAvailable, pulsarLibraries } from './libraries.ts';
import { logOf, type PulsarUrls, spawnStandalone, untilHealthy, urlsOf } from './standalone.ts';

/** Pulsar's usual ports. The bookie's is part of its identity: data written under one is refused under another. */
const USUAL_PORTS: PulsarPorts = { broker: 6650, web: 8080, bookie: 3181 };

const DATA = join(PULSAR_FOLDER, 'data');
const RUNNING = join(PULSAR_FOLDER, 'running.json');

/** A broker that is asked to stop first hands over its topics. */
const STOP_BUDGET_MS = 30_000;

interface Running extends PulsarUrls {
  readonly pid: number;
}

async function start(ports: PulsarPorts): Promise<void> {
  const before = await running();
  if (before) {
    print('Already running:', before);
    return;
  }
  if (!pulsarAvailable()) throw new Error(`A real broker needs Java 17 and Maven: ${HOW_TO_GET_JAVA}`);
  const libraries = await pulsarLibraries(console.log);
  const child = await spawnStandalone({ folder: DATA, libraries, ports, compiled: 'fully', life: 'own' });
  const { pid } = child;
  if (pid === undefined) throw new Error('java could not be started');
  const urls = urlsOf(ports);
  await writeFile(RUNNING, JSON.stringify({ pid, ...urls } satisfies Running));
  try {
    await untilHealthy(child, urls, DATA);
  } catch (error) {
    child.kill('SIGKILL');
    await rm(RUNNING, { force: true });
    throw error;
  }
  child.unref();
  print('Pulsar is up:', { pid, ...urls });
}

async function stop(): Promise<void> {
  const now = await running();
  if (!now) {
    console.log('No Pulsar broker of this project is running.');
    return;
  }
  process.kill(now.pid, 'SIGTERM');
  const deadline = Date.now() + STOP_BUDGET_MS;
  while (isStandalone(now.pid) && Date.now() < deadline) await sleep(100);
  if (isStandalone(now.pid)) process.kill(now.pid, 'SIGKILL');
  await rm(RUNNING, { force: true });
  console.log('Pulsar is stopped; its data stays in .pulsar/data.');
}

async function running(): Promise<Running | undefined> {
  const text = await readFile(RUNNING, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const noted = JSON.parse(text) as Running;
  return isStandalone(noted.pid) ? noted : undefined;
}

/** A process id may have been given to another program since it was noted: never end a stranger. */
function isStandalone(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-ww', '-o', 'args=', '-p', pid.toString()], { encoding: 'utf8' });
  return stdout.includes('PulsarStandaloneStarter') && stdout.includes(DATA);
}

function print(title: string, { pid, serviceUrl, webUrl, wsUrl }: Running): void {
  console.log(`${title} (process ${pid.toString()}, log ${logOf(DATA)})`);
  console.log(`  native     ${serviceUrl}\n  admin      ${webUrl}\n  websocket  ${wsUrl}`);
  console.log('End it with: npm run pulsar -- --stop');
}

const { values } = parseArgs({
  options: {
    stop: { type: 'boolean', default: false },
    port: { type: 'string', default: USUAL_PORTS.broker.toString() },
    'web-port': { type: 'string', default: USUAL_PORTS.web.toString() },
  },
});
try {
  if (values.stop) await stop();
  else await start({ ...USUAL_PORTS, broker: Number(values.port), web: Number(values['web-port']) });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
