import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';

const FIRST_WAIT_MS = 100;
/** Long enough not to be noise, short enough that recovery is noticed soon. */
const LONGEST_WAIT_MS = 10_000;

/** One thing that the sink depends on, away for a while: says so once, waits longer each time, and says when it is back. */
export class Outage {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #about: object;
  #waits = 0;
  #end: (() => void) | undefined;
  #ended = false;

  constructor(clock: Clock, log: Log, about: object) {
    this.#clock = clock;
    this.#log = log;
    this.#about = about;
  }

  get lasting(): boolean {
    return this.#waits > 0;
  }

  /** Resolves after the next wait, or at once after `end`. */
  async wait(error: unknown): Promise<void> {
    if (this.#waits++ === 0) this.#log.warn({ ...this.#about, err: error }, 'the store sink waits');
    const delayMs = Math.min(FIRST_WAIT_MS * 2 ** (this.#waits - 1), LONGEST_WAIT_MS);
    if (this.#ended) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(delayMs, resolve);
      this.#end = () => {
        cancel();
        resolve();
      };
    });
  }

  over(): void {
    if (this.#waits > 0) this.#log.info({ ...this.#about, waits: this.#waits }, 'the store sink goes on');
    this.#waits = 0;
  }

  /** Nobody waits any more: the sink stops. */
  end(): void {
    this.#ended = true;
    this.#end?.();
  }
}
