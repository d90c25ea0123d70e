import { createHash } from 'node:crypto';
import type { KeptState, StateKey } from '../../dsl/correlation.ts';

const MODULUS = 1n << 256n;

/** Of many states, whatever their order: equal, with the same number, where the states are. */
export class Fingerprint {
  #sum = 0n;
  #count = 0;

  add(key: StateKey, state: KeptState): void {
    const hash = createHash('sha256').update(key).update('\0').update(JSON.stringify(state)).digest('hex');
    this.#sum = (this.#sum + BigInt(`0x${hash}`)) % MODULUS;
    this.#count += 1;
  }

  toString(): string {
    return `${this.#count.toString()}:${this.#sum.toString(16)}`;
  }
}
