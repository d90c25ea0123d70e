import type { Broker } from '../broker/port.ts';
import type { Clock } from '../clock.ts';
import type { Feed } from './feed.ts';
import type { LoopStats } from './loop-stats.ts';
import type { StateStore } from './state-store.ts';

export interface IdlenessOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly store: Pick<StateStore, 'nextDue'>;
  readonly feeds: readonly Feed[];
  readonly stats: Readonly<LoopStats>;
  /** Whether all that was decided is in the store: before, it does not know the next deadline. */
  readonly isWritten: () => boolean;
  /** For so long nothing has come, and nothing will be due. */
  readonly forMs: number;
}

/** Finds out whether a loop has anything to do, by looking now and then: what it does costs nothing more for it. */
export class Idleness {
  /** Resolves once it has nothing to do; not where it is stopped before. */
  readonly reached: Promise<void>;
  readonly #options: IdlenessOptions;
  #reach: () => void = () => undefined;
  #cancel: () => void = () => undefined;
  #progress = '';
  #stopped = false;

  constructor(options: IdlenessOptions) {
    this.#options = options;
    this.reached = new Promise((resolve) => {
      this.#reach = resolve;
    });
    this.#progress = this.#progressNow();
    this.#lookLater();
  }

  #lookLater(): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.after(this.#options.forMs, () => {
      void this.#look();
    });
  }

  async #look(): Promise<void> {
    const before = this.#progress;
    this.#progress = this.#progressNow();
    // A broker that cannot be asked is no sign of anything.
    const isIdle = this.#progress === before && (await this.#hasNothingToDo().catch(() => false));
    if (isIdle) this.#reach();
    else this.#lookLater();
  }

  /** All steps, and all messages passed over. */
  #progressNow(): string {
    const { stats, feeds } = this.#options;
    return [stats.steps, ...feeds.map(({ position }) => position)].join(' ');
  }

  async #hasNothingToDo(): Promise<boolean> {
    const { broker, clock, store, feeds, forMs, isWritten } = this.#options;
    if (!isWritten()) return false;
    const due = store.nextDue();
    if (due !== undefined && due <= clock.now() + forMs) return false;
    const caughtUp = await Promise.all(feeds.map((feed) => feed.isCaughtUp(broker)));
    return !caughtUp.includes(false);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }
}
