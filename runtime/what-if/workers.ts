/** Threads that share the comparing: each takes the next batch once it has room for it. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { add, emptySummary, type Summary } from './summary.ts';
import type { Work, WorkerAnswer, WorkerRequest } from './work.ts';

/** Batches that a worker holds: one at work, and enough to go on with while the next query begins. Half a MiB each. */
const HELD_MAX = 8;

interface Member {
  readonly worker: Worker;
  held: number;
}

export class Workers {
  readonly #members: readonly Member[];
  readonly #summary = emptySummary();
  #summaries = 0;
  #failure: Error | undefined;
  #wake: () => void = () => undefined;

  constructor(work: Work, many: number) {
    this.#members = Array.from({ length: many }, () => {
      const member = { worker: openWorker(work), held: 0 };
      member.worker.on('message', (answer: WorkerAnswer) => {
        this.#take(member, answer);
      });
      member.worker.on('error', (error) => {
        this.#failure = error;
        this.#wake();
      });
      return member;
    });
  }

  /** Resolves once a worker has taken it, which bounds what is held. Rejects with what ended one. */
  async give(rows: Uint8Array): Promise<void> {
    const free = await this.#until(() => {
      const [least] = [...this.#members].sort((a, b) => a.held - b.held);
      return least && least.held < HELD_MAX ? least : undefined;
    });
    free.held += 1;
    const own = new Uint8Array(rows);
    this.#ask(free, { kind: 'rows', rows: own }, own.buffer);
  }

  /** What all of them counted. */
  async finish(): Promise<Summary> {
    for (const member of this.#members) this.#ask(member, { kind: 'finish' });
    return this.#until(() => (this.#summaries === this.#members.length ? this.#summary : undefined));
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map(({ worker }) => worker.terminate()));
  }

  #ask({ worker }: Member, request: WorkerRequest, moved?: ArrayBuffer): void {
    worker.postMessage(request, moved ? [moved] : []);
  }

  #take(member: Member, answer: WorkerAnswer): void {
    if (answer.kind === 'done') member.held -= 1;
    else {
      add(this.#summary, answer.summary);
      this.#summaries += 1;
    }
    this.#wake();
  }

  async #until<Found>(find: () => Found | undefined): Promise<Found> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      const found = find();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

function openWorker(work: Work): Worker {
  const extension = extname(import.meta.url);
  const file = new URL(`./worker${extension}`, import.meta.url);
  if (extension !== '.ts') return new Worker(file, { workerData: work });
  // Run from sources: a thread does not take over what reads TypeScript.
  const script = `import('tsx/esm/api').then(({ register }) => { register(); return import('${file.href}'); })`;
  return new Worker(script, { eval: true, workerData: work });
}
