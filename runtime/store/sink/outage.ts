import { ParlanceError } from '../../../channels/error.ts';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';

const FIRST_WAIT_MS = 100;
/** Long enough not to be noise, short enough that recovery is noticed soon. */
const LONGEST_WAIT_MS = 10_000;

/**
 * One thing that the sink depends on, away for a while: says each reason once, waits longer each time, and says when it is
 * back. What is away again at once goes on being waited for as before.
 */
export class Outage {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #about: object;
  readonly #said = new Set<string>();
  #waits = 0;
  #before = { waits: 0, endedMs: -Infinity };
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
    const isAgain = this.#waits === 0 && this.#clock.now() - this.#before.endedMs < LONGEST_WAIT_MS;
    this.#waits = isAgain ? this.#before.waits + 1 : this.#waits + 1;
    const reason = reasonOf(error);
    if (!this.#said.has(reason)) this.#log.warn({ ...this.#about, err: error }, 'the store sink waits');
    this.#said.add(reason);
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
    if (this.#waits > 0) {
      this.#log.info({ ...this.#about, waits: this.#waits }, 'the store sink goes on');
      this.#before = { waits: this.#waits, endedMs: this.#clock.now() };
    }
    this.#waits = 0;
    this.#said.clear();
  }

  /** Nobody waits any more: the sink stops. */
  end(): void {
    this.#ended = true;
    this.#end?.();
  }
}

/** What ClickHouse reports is told apart by its own codes: its messages have numbers in them that change. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [reported] = /^Code: \d+/.exec(message) ?? [];
  return error instanceof ParlanceError ? `${String(error.code)} ${reported ?? ''}` : message;
}
