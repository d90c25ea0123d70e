import { readdirSync, readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const BYTES_PER_MIB = 2 ** 20;
const KIB_PER_MIB = 1024;

/** Of /proc: USER_HZ is 100 on every Linux that Node runs on. */
const MICROS_PER_TICK = 10_000;

/** How often it is looked at where the highest value counts. */
const SAMPLE_INTERVAL_MS = 50;

/** The same over minutes. */
const SLOW_SAMPLE_INTERVAL_MS = 500;

/** Of this process, MiB. `own`: not backed by a file; what LMDB maps of its files can go at any time. */
export interface Memory {
  readonly own: number;
  readonly mapped: number;
}

/** Linux only, as the rest of what a bench asks the system. */
export function memory(): Memory {
  const status = readFileSync('/proc/self/status', 'utf8');
  const mib = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? NaN) / KIB_PER_MIB;
  return { own: mib('RssAnon'), mapped: mib('RssFile') };
}

/** After a collection: what is left is in use. */
export function memoryInUse(): Memory {
  collectGarbage();
  return memory();
}

let collect: (() => void) | undefined;

function collectGarbage(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}

/** The most of its own memory that the process had while `work` ran. */
export async function highestMemory<Result>(work: () => Promise<Result>): Promise<readonly [Result, number]> {
  let highest = memory().own;
  const look = (): void => {
    highest = Math.max(highest, memory().own);
  };
  const timer = setInterval(look, SAMPLE_INTERVAL_MS);
  try {
    const result = await work();
    look();
    return [result, highest];
  } finally {
    clearInterval(timer);
  }
}

/** This process's memory, MiB, looked at every so often. */
export class MemoryOverTime {
  readonly #samples: Memory[] = [memory()];
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => {
      this.#samples.push(memory());
    }, SLOW_SAMPLE_INTERVAL_MS);
  }

  /** Its own at the start, the most in each half of the time, and with what is mapped of files. */
  stop(): Readonly<Record<'start' | 'firstHalf' | 'secondHalf' | 'withMapped', number>> {
    clearInterval(this.#timer);
    this.#samples.push(memory());
    const half = Math.ceil(this.#samples.length / 2);
    const most = (samples: readonly Memory[]): number => Math.max(...samples.map(({ own }) => own));
    return {
      start: this.#samples[0]?.own ?? NaN,
      firstHalf: most(this.#samples.slice(0, half)),
      secondHalf: most(this.#samples.slice(half)),
      withMapped: Math.max(...this.#samples.map(({ own, mapped }) => own + mapped)),
    };
  }
}

/** What a folder takes on the disk, holes not counted. */
export async function diskBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += 512 * (await stat(join(entry.parentPath, entry.name))).blocks;
  }
  return bytes;
}

export function mib(bytes: number): number {
  return bytes / BYTES_PER_MIB;
}

/** Of this process since `before`, microseconds, user and system. */
export function cpuMicros(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Of a process and its children so far, user and system. */
export function processorMicros(pid: number): number {
  let ticks = 0;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const [parent, user, system] = ticksOf(entry);
    if (entry === pid.toString() || parent === pid) ticks += user + system;
  }
  return ticks * MICROS_PER_TICK;
}

function ticksOf(pid: string): readonly [parent: number, user: number, system: number] {
  try {
    // Behind the name, which may contain anything: state, parent, and the 14th and 15th field of proc(5).
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    return [fields[1] ?? NaN, fields[11] ?? NaN, fields[12] ?? NaN];
  } catch {
    return [NaN, 0, 0];
  }
}

/** Of all processors so far, whoever used them. */
export function machineBusyMicros(): number {
  return cpus().reduce((sum, { times }) => sum + 1000 * (times.user + times.nice + times.sys + times.irq), 0);
}
