import type { Clock } from '../clock.ts';

/** Tells loops that the host stops, and ends their pauses early. */
export class StopSignal {
  readonly #stopping = new AbortController();
  readonly #wakes = new Set<() => void>();

  isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** The same for whoever takes an AbortSignal. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  stop(): void {
    this.#stopping.abort();
    for (const wake of this.#wakes) wake();
  }

  /** Resolves after `delayMs`, or at once when the host stops. */
  async pause(clock: Clock, delayMs: number): Promise<void> {
    if (this.isStopped()) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        cancel();
        this.#wakes.delete(wake);
        resolve();
      };
      const cancel = clock.after(delayMs, wake);
      this.#wakes.add(wake);
    });
  }
}

/** Doubles from `firstMs` up to `mostMs`; `failures` counts from 1. */
export function backoff(failures: number, firstMs: number, mostMs: number): number {
  return Math.min(mostMs, firstMs * 2 ** (failures - 1));
}
