import { errorOf } from './error-of.ts';
import type { Process } from './process.ts';
import type { Scheduler } from './scheduler.ts';

/** From a process to some peer in the outside world: a request travels there, its answer back. */
export class Connection {
  readonly #process: Process;
  readonly #scheduler: Scheduler;

  constructor(process: Process, scheduler: Scheduler) {
    this.#process = process;
    this.#scheduler = scheduler;
  }

  /** `ask` is called where the request arrives, also when who sent it has died meanwhile. */
  call<Answer>(label: string, ask: () => Answer): Promise<Answer> {
    if (this.#process.isDead) return new Promise(() => undefined);
    return new Promise((resolve, reject) => {
      const run = (): void => {
        try {
          const answer = ask();
          this.#answer(`${label} answered`, () => {
            resolve(answer);
          });
        } catch (error) {
          this.#answer(`${label} failed`, () => {
            reject(errorOf(error));
          });
        }
      };
      this.#scheduler.travel({ owner: undefined, label, run });
    });
  }

  #answer(label: string, run: () => void): void {
    this.#scheduler.travel({ owner: this.#process, label, run });
  }
}
