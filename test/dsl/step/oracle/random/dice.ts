/** Choices at random, such that fast-check can shrink what came of them. */
import fc, { type GeneratorValue } from 'fast-check';

export class Dice {
  private readonly gen: GeneratorValue;

  constructor(gen: GeneratorValue) {
    this.gen = gen;
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.upTo(values.length - 1)];
    if (value === undefined) throw new RangeError('nothing to pick from');
    return value;
  }

  upTo(most: number): number {
    return this.gen(fc.nat, most);
  }

  chance(part: number, of: number): boolean {
    return this.upTo(of - 1) < part;
  }
}
