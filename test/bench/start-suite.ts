import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openSession, Tab } from '../connectors/webchat/tab.ts';
import { describeMachine, type MachineDescription } from './machine.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** What the aim allows, and as much again for a machine that is busy. */
const REPLY_BUDGET_MS = 120_000;

/** Starts the shipped conversation `feedback-survey`. */
const WORD = 'feedback';

export interface StartBench {
  readonly suite: 'start';
  readonly machine: MachineDescription;
  /** From `npm start`, which builds first, to its line that it is ready. */
  readonly readyMs: number;
  /** From `npm start` to the reply to the first message of the first person in the web chat. */
  readonly firstReplyMs: number;
  /** Resident memory of the platform's process, once it has had nothing to do for `idleSeconds`; Linux only. */
  readonly idleMiB: number;
  readonly idleSeconds: number;
}

/** Runs `npm start` on a new data folder, holds the beginning of one conversation, and lets it be. */
export async function benchStart(folder: string, idleSeconds: number): Promise<StartBench> {
  const machine = await describeMachine(folder);
  const begun = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: PROJECT,
    env: {
      ...process.env,
      PARLANCE_DATA_FOLDER: join(folder, 'data'),
      PARLANCE_HTTP_PORT: '0',
      PARLANCE_LOG_FORMAT: 'json',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: npm does not pass every signal on.
    detached: true,
  });
  try {
    const url = await readyUrl(child);
    const readyMs = performance.now() - begun;
    await firstReply(url);
    const firstReplyMs = performance.now() - begun;
    await sleep(idleSeconds * 1000);
    const idleMiB = residentMiB(platformOf(child.pid ?? 0));
    return { suite: 'start', machine, readyMs, firstReplyMs, idleMiB, idleSeconds };
  } finally {
    await stop(child);
  }
}

async function readyUrl(child: ChildProcess): Promise<string> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('npm start has no outputs');
  const printed: string[] = [];
  return new Promise((resolve, reject) => {
    const read = (line: string): void => {
      printed.push(line);
      const url = /"url":"(http:[^"]+)".*Parlance is ready/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    };
    createInterface(stdout).on('line', read);
    createInterface(stderr).on('line', read);
    child.once('exit', () => {
      reject(new Error(`npm start ended:\n${printed.join('\n')}`));
    });
    setTimeout(() => {
      reject(new Error(`npm start was not ready in time:\n${printed.join('\n')}`));
    }, REPLY_BUDGET_MS).unref();
  });
}

async function firstReply(url: string): Promise<void> {
  const { cookie } = await openSession(url);
  const tab = await Tab.open(url, { cookie, origin: url });
  try {
    tab.say({ type: 'send', id: crypto.randomUUID(), text: WORD });
    const deadline = performance.now() + REPLY_BUDGET_MS;
    while (!tab.frames.some(({ entries }) => entries?.some(({ from }) => from !== 'person'))) {
      if (performance.now() > deadline) throw new Error(`no reply to "${WORD}": ${JSON.stringify(tab.frames)}`);
      await sleep(5);
    }
  } finally {
    tab.close();
  }
}

/** The process that npm, its shell and the build led to. */
function platformOf(npm: number): number {
  const parents = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(fieldOf(Number(name), 'PPid'));
    parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
  }
  const below = (pid: number): number[] => [pid, ...(parents.get(pid) ?? []).flatMap(below)];
  const found = below(npm).find((pid) => readText(`/proc/${pid}/cmdline`).includes('parlance.js\0start'));
  if (found === undefined) throw new Error('the process of npm start was not found');
  return found;
}

function residentMiB(pid: number): number {
  return Number.parseInt(fieldOf(pid, 'VmRSS'), 10) / 1024;
}

function fieldOf(pid: number, field: string): string {
  return new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readText(`/proc/${pid}/status`))?.[1] ?? '';
}

/** Empty where the process has gone meanwhile. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const exited = once(child, 'exit');
  process.kill(-child.pid, 'SIGTERM');
  await exited;
}

export function reportOfStart({ machine, readyMs, firstReplyMs, idleMiB, idleSeconds }: StartBench): string {
  const { cpu, cores, memoryGiB, system, node, fileSystem, loadBefore, startedAt } = machine;
  return [
    `Start bench, ${startedAt}`,
    `machine   ${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}, Node ${node}`,
    `          files on ${fileSystem}; load before the start ${loadBefore}`,
    '',
    `npm start to ready        ${(readyMs / 1000).toFixed(1)} s`,
    `npm start to first reply  ${(firstReplyMs / 1000).toFixed(1)} s`,
    `resident memory           ${idleMiB.toFixed(0)} MiB after ${idleSeconds} s idle`,
  ].join('\n');
}
