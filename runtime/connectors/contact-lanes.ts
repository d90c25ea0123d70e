/** One contact's requests one after another, different contacts' beside each other, with a bound on the whole. */
export class ContactLanes {
  readonly #tails = new Map<string, Promise<void>>();
  readonly #max: number;
  #open = 0;
  #wake: (() => void)[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  get open(): number {
    return this.#open;
  }

  /** Runs `task` once those begun for `contact` before are over. `task` must not reject. */
  run(contact: string, task: () => Promise<void>): void {
    this.#open++;
    const tail = (this.#tails.get(contact) ?? Promise.resolve()).then(task).finally(() => {
      this.#open--;
      if (this.#tails.get(contact) === tail) this.#tails.delete(contact);
      for (const wake of this.#wake.splice(0)) wake();
    });
    this.#tails.set(contact, tail);
  }

  /** Resolves once there is room for another. */
  async room(): Promise<void> {
    while (this.#open >= this.#max) await this.change();
  }

  /** Resolves once nothing runs. */
  async empty(): Promise<void> {
    while (this.#open > 0) await this.change();
  }

  /** Resolves when the next task is over. */
  change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }
}
