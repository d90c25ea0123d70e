import type { Millis } from '../../../channels/brands.ts';
import type { Clock } from '../../../runtime/clock.ts';

interface Pending {
  readonly due: number;
  readonly callback: () => void;
  timer: NodeJS.Timeout | undefined;
}

/** Real time, except that it can be set ahead: what has become due by then is called at once. */
export class JumpingClock implements Clock {
  #aheadMs = 0;
  readonly #pending = new Set<Pending>();

  now(): Millis {
    return (Date.now() + this.#aheadMs) as Millis;
  }

  after(delayMs: number, callback: () => void): () => void {
    const pending: Pending = { due: this.now() + delayMs, callback, timer: undefined };
    this.#pending.add(pending);
    this.#arm(pending);
    return () => {
      clearTimeout(pending.timer);
      this.#pending.delete(pending);
    };
  }

  jumpTo(time: number): void {
    this.#aheadMs += time - this.now();
    for (const pending of this.#pending) {
      clearTimeout(pending.timer);
      this.#arm(pending);
    }
  }

  #arm(pending: Pending): void {
    const delayMs = Math.max(pending.due - this.now(), 0);
    pending.timer = setTimeout(() => {
      this.#pending.delete(pending);
      pending.callback();
    }, delayMs);
  }
}
