/** Bounds how many attempts run at once: in all, and per origin, so that a slow source does not use up all of them. */
export class Slots {
  readonly #most: number;
  readonly #mostPerOrigin: number;
  readonly #taken = new Map<string, number>();
  #all = 0;
  #waiting: { readonly origin: string; readonly go: () => void }[] = [];

  constructor(most: number, mostPerOrigin: number) {
    this.#most = most;
    this.#mostPerOrigin = mostPerOrigin;
  }

  /** Resolves with what gives the slot back. In turn within an origin. Rejects once `stopping` is aborted. */
  take(origin: string, stopping: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        this.#waiting = this.#waiting.filter((candidate) => candidate !== waiter);
        reject(stopping.reason as Error);
      };
      const waiter = {
        origin,
        go: () => {
          stopping.removeEventListener('abort', cancel);
          resolve(() => {
            this.#count(origin, -1);
            this.#admit();
          });
        },
      };
      if (stopping.aborted) {
        reject(stopping.reason as Error);
        return;
      }
      stopping.addEventListener('abort', cancel, { once: true });
      this.#waiting.push(waiter);
      this.#admit();
    });
  }

  #admit(): void {
    for (let index = 0; index < this.#waiting.length && this.#all < this.#most;) {
      const waiter = this.#waiting[index];
      if (!waiter || (this.#taken.get(waiter.origin) ?? 0) >= this.#mostPerOrigin) {
        index++;
        continue;
      }
      this.#waiting.splice(index, 1);
      this.#count(waiter.origin, 1);
      waiter.go();
    }
  }

  #count(origin: string, change: 1 | -1): void {
    this.#all += change;
    const taken = (this.#taken.get(origin) ?? 0) + change;
    if (taken === 0) this.#taken.delete(origin);
    else this.#taken.set(origin, taken);
  }
}
