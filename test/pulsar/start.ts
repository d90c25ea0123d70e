import { mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../free-ports.ts';
import type { PulsarPorts } from './configuration.ts';
import { pulsarLibraries } from './libraries.ts';
import { type PulsarUrls, spawnStandalone, untilHealthy, urlsOf } from './standalone.ts';

export interface RunningPulsar extends PulsarUrls {
  readonly ports: PulsarPorts;
  /** Of its shell, whose child is java. */
  readonly pid: number;
  /** Kills the broker, as its machine's failure would, and removes its data unless the folder was given. */
  stop(): Promise<void>;
}

export interface PulsarStart {
  /** Default: a new temporary folder, removed by `stop`. Give one (and the same ports) to start again on its data. */
  readonly folder?: string;
  /** Default: free ones. */
  readonly ports?: PulsarPorts;
  /** Default: `soon`. */
  readonly compiled?: 'soon' | 'fully';
}

/** A real broker of the caller's own, healthy when this resolves: about 5 s. */
export async function startPulsar(options: PulsarStart = {}): Promise<RunningPulsar> {
  const libraries = await pulsarLibraries(console.log);
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'parlance-pulsar-')));
  const ports = options.ports ?? (await freePorts('broker', 'web', 'bookie'));
  const urls = urlsOf(ports);
  const { compiled = 'soon' } = options;
  const child = await spawnStandalone({ folder, libraries, ports, compiled, life: 'parent' });
  const exited = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  const stop = async (): Promise<void> => {
    child.ref();
    child.stdio[3]?.destroy();
    await exited;
    if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilHealthy(child, urls, folder);
  } catch (error) {
    await stop();
    throw error;
  }
  // A broker forgotten by its test must not keep the test run from ending (which then kills the broker).
  child.unref();
  (child.stdio[3] as Socket).unref();
  return { ...urls, ports, pid: child.pid ?? NaN, stop };
}
