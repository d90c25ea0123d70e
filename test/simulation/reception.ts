import type { Scheduler } from './scheduler.ts';

/** Before whoever got no word tries again. */
const RETRY_MS = 700;

/** Brings things to the process that takes them in, each again and again until it is taken. */
export class Reception<Item> {
  /** What was taken: whoever brought it had word. */
  readonly taken: Set<Item> = new Set();
  readonly #scheduler: Scheduler;
  #take: ((item: Item) => Promise<void>) | undefined;
  #underWay = new Set<Item>();

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** By a process, until it calls what is returned. */
  serve(take: (item: Item) => Promise<void>): () => void {
    this.#take = take;
    return () => {
      if (this.#take !== take) return;
      this.#take = undefined;
      for (const item of this.#underWay) this.#tryLater(item);
      this.#underWay = new Set();
    };
  }

  bring(item: Item): void {
    if (this.taken.has(item)) return;
    const take = this.#take;
    if (!take) {
      this.#tryLater(item);
      return;
    }
    const underWay = this.#underWay;
    underWay.add(item);
    take(item).then(
      () => {
        underWay.delete(item);
        this.taken.add(item);
      },
      () => {
        if (this.#underWay === underWay && underWay.delete(item)) this.#tryLater(item);
      },
    );
  }

  #tryLater(item: Item): void {
    const run = (): void => {
      this.bring(item);
    };
    this.#scheduler.after(RETRY_MS, { owner: undefined, label: 'retry', run });
  }
}
