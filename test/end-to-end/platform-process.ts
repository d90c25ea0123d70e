/** The whole platform as a process of its own, spoken to only from outside: HTTP, the chat page, SQL. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PARLANCE } from '../parlance.ts';

const CONVERSATIONS = fileURLToPath(new URL('../../conversations', import.meta.url));

/** From the first line of the program to "ready", on a busy machine. */
const START_BUDGET_MS = 120_000;

export interface PlatformProcessOptions {
  readonly dataFolder: string;
  /** Beyond those that every test sets: broker, partitions … */
  readonly environment?: Readonly<Record<string, string>>;
  /** Resolve already when it listens, though it may wait for its broker. */
  readonly untilListening?: boolean;
  /** Called when it listens, which is before it is ready. */
  readonly onListening?: () => void;
}

export class PlatformProcess {
  readonly url: string;
  /** Lines so far, of both outputs. */
  readonly printed: readonly string[];
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string, printed: readonly string[]) {
    this.#child = child;
    this.printed = printed;
    this.url = url;
  }

  /** Resolves once it listens. Rejects with what it printed where it ends before. */
  static async start(options: PlatformProcessOptions): Promise<PlatformProcess> {
    const { dataFolder, environment = {}, untilListening = false, onListening } = options;
    const awaited = untilListening ? /"url":"(http:[^"]+)".*"listening"/ : /"url":"(http:[^"]+)".*Parlance is ready/;
    const child = spawn(process.execPath, [...PARLANCE, 'start'], {
      cwd: dataFolder,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: process.env['HOME'] ?? '',
        PARLANCE_DATA_FOLDER: join(dataFolder, 'data'),
        PARLANCE_CONVERSATIONS: CONVERSATIONS,
        PARLANCE_HTTP_PORT: '0',
        PARLANCE_LOG_FORMAT: 'json',
        PARLANCE_DEFAULT_TENANT_PARTITIONS: '2',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed: string[] = [];
    const url = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`the platform was not ready in time:\n${printed.join('\n')}`));
      }, START_BUDGET_MS);
      const read = (line: string): void => {
        printed.push(line);
        if (onListening && /"listening"/.test(line)) onListening();
        const ready = awaited.exec(line);
        if (!ready) return;
        clearTimeout(timer);
        resolve(ready[1] ?? '');
      };
      createInterface(child.stdout).on('line', read);
      createInterface(child.stderr).on('line', read);
      child.once('exit', (code) => {
        clearTimeout(timer);
        reject(new Error(`the platform ended with ${String(code)}:\n${printed.join('\n')}`));
      });
    });
    return new PlatformProcess(child, url, printed);
  }

  /** Sends one external event in structured mode; resolves once it is accepted. */
  async event(type: string, id: string, data: unknown): Promise<void> {
    const response = await fetch(`${this.url}/v1/tenants/demo/channels/external/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify({ specversion: '1.0', id, source: '/clinic', type, data }),
    });
    if (response.status !== 202) throw new Error(`the event was refused: ${response.status} ${await response.text()}`);
  }

  /** Resolves once everything published so far is in the store. */
  async settled(): Promise<void> {
    const response = await fetch(`${this.url}/v1/tenants/demo/mark`);
    if (!response.ok) throw new Error(`the store did not settle: ${response.status} ${await response.text()}`);
    await response.text();
  }

  async query<Row>(sql: string): Promise<Row[]> {
    const response = await fetch(`${this.url}/v1/tenants/demo/sql?default_format=JSONEachRow`, {
      method: 'POST',
      body: sql,
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${text}\n${sql}`);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Row);
  }

  /** Waits on the mark until the query's answer satisfies; fails with the last answer after the budget. */
  async eventually<Row>(sql: string, satisfied: (rows: readonly Row[]) => boolean, budgetMs = 30_000): Promise<Row[]> {
    const deadline = Date.now() + budgetMs;
    for (;;) {
      await this.settled();
      const rows = await this.query<Row>(sql);
      if (satisfied(rows)) return rows;
      if (Date.now() > deadline) throw new Error(`not in the store in time:\n${sql}\n${JSON.stringify(rows, null, 1)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  get pid(): number {
    return this.#child.pid ?? NaN;
  }

  /** Of a tenant, stepping in this process. */
  async partitionsOwned(tenant: string): Promise<number> {
    const metrics = await (await fetch(`${this.url}/metrics`)).text();
    return Number(new RegExp(`parlance_engine_partitions_owned.*"${tenant}".* (\\d+)`).exec(metrics)?.[1] ?? 0);
  }

  /** Holds it up where it is, or lets it go on: a machine that stalls. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(name);
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  /** Asks it to finish; resolves with its exit code. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const [code] = (await exited) as [number | null];
    return code;
  }
}
