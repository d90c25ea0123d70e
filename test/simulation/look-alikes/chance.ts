/** Stands in for `node:crypto` in code under test: ids follow from the seed. */
import { Random } from '../random.ts';

export { createHash } from 'node:crypto';

let random = new Random(0, 'ids');

export function reseed(seed: number): void {
  random = new Random(seed, 'ids');
}

export function randomUUID(): string {
  const digits = Array.from({ length: 4 }, () =>
    Math.floor(random.next() * 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('');
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
    '-',
  );
}
