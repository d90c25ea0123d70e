import { compareMessageIds, type MessageId } from '../../broker/message-id.ts';

/** Full partition topic → last message that is stored. */
export type Positions = Readonly<Record<string, MessageId>>;

interface Waiter {
  readonly positions: Positions;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/** How far everything is stored, and those who wait for it to get somewhere. */
export class Mark {
  readonly #stored = new Map<string, MessageId>();
  #waiters: Waiter[] = [];

  current(): Positions {
    return Object.fromEntries(this.#stored);
  }

  /** Who waits. */
  get waiting(): number {
    return this.#waiters.length;
  }

  /** Resolves once all of `positions` are stored; rejects where the sink stops first, or whoever asked has left. */
  waitFor(positions: Positions, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#reached(positions)) {
        resolve();
        return;
      }
      const waiter: Waiter = { positions, resolve, reject };
      this.#waiters.push(waiter);
      const leave = (): void => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        reject(new Error('nobody waits for it any more'));
      };
      if (signal?.aborted === true) leave();
      else signal?.addEventListener('abort', leave, { once: true });
    });
  }

  advance(positions: Iterable<readonly [topic: string, position: MessageId]>): void {
    for (const [topic, position] of positions) this.#stored.set(topic, position);
    const waiting: Waiter[] = [];
    for (const waiter of this.#waiters) {
      if (this.#reached(waiter.positions)) waiter.resolve();
      else waiting.push(waiter);
    }
    this.#waiters = waiting;
  }

  abandon(reason: Error): void {
    for (const { reject } of this.#waiters.splice(0)) reject(reason);
  }

  #reached(positions: Positions): boolean {
    return Object.entries(positions).every(([topic, position]) => {
      const stored = this.#stored.get(topic);
      return stored !== undefined && compareMessageIds(stored, position) >= 0;
    });
  }
}
