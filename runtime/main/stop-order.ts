import type { Clock } from '../clock.ts';

export interface StopOrderOptions {
  readonly clock: Clock;
  readonly log: { error(fields: object, message: string): void };
}

/** What has started, by name: stopped in reverse order. */
export class StopOrder {
  readonly #options: StopOrderOptions;
  readonly #parts: { readonly name: string; readonly stop: () => Promise<void> }[] = [];

  constructor(options: StopOrderOptions) {
    this.#options = options;
  }

  push(name: string, stop: () => Promise<void>): void {
    this.#parts.push({ name, stop });
  }

  /**
   * Stops one part after the other; one that fails does not keep the others from it. Resolves with the names of those
   * that had not stopped within `withinMs`, first the one that was waited for.
   */
  async stop(withinMs: number): Promise<readonly string[]> {
    const { clock } = this.#options;
    const left = this.#parts.splice(0).reverse();
    let cancel: () => void = () => undefined;
    const expired = new Promise<true>((resolve) => {
      cancel = clock.after(withinMs, () => {
        resolve(true);
      });
    });
    for (const [index, { name, stop }] of left.entries()) {
      if (await Promise.race([this.#stop(name, stop), expired])) return left.slice(index).map((part) => part.name);
    }
    cancel();
    return [];
  }

  async #stop(name: string, stop: () => Promise<void>): Promise<false> {
    await stop().catch((error: unknown) => {
      this.#options.log.error({ err: error, part: name }, 'a part failed to stop');
    });
    return false;
  }
}
