import type { Millis } from '../../../../channels/brands.ts';
import type { Clock } from '../../../../runtime/clock.ts';

/** Stands still until `advance`, which runs what became due, in order. */
export class ManualClock implements Clock {
  #nowMs = Date.UTC(2026, 2, 6, 9);
  #timers: { readonly dueMs: number; readonly callback: () => void }[] = [];

  now(): Millis {
    return this.#nowMs as Millis;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Timers that have not run. */
  get pending(): number {
    return this.#timers.length;
  }

  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs);
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.callback();
    }
    this.#nowMs = endMs;
  }
}
