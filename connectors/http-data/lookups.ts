import type { LookupAddress } from 'node:dns';
import type { Resolve } from './addresses.ts';
import { MAX_LOOKUPS } from './limits.ts';

/**
 * Asks for the addresses of names, a few at a time: where a name server does not answer, each question holds one of the
 * process's few threads for seconds, and commits to every table on the disk need one too. Who asks for a name that is
 * being asked for gets the same answer.
 */
export class Lookups {
  readonly #resolve: Resolve;
  readonly #underWay = new Map<string, Promise<readonly LookupAddress[]>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(resolve: Resolve) {
    this.#resolve = resolve;
  }

  /** Rejects where there is none. */
  addressesOf(hostname: string): Promise<readonly LookupAddress[]> {
    const known = this.#underWay.get(hostname);
    if (known) return known;
    const asking = this.#inTurn(hostname).finally(() => this.#underWay.delete(hostname));
    this.#underWay.set(hostname, asking);
    return asking;
  }

  async #inTurn(hostname: string): Promise<readonly LookupAddress[]> {
    if (this.#running >= MAX_LOOKUPS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await this.#resolve(hostname);
    } finally {
      // Handed on to whoever waits longest, or given back.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
