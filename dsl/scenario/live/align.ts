/** Which of the things expected happened, in their order; and what became of the others. */

export interface Alignment<Expected, Actual> {
  /** By index, rising in both. */
  readonly pairs: readonly (readonly [expected: number, actual: number])[];
  /** Happened, but before something that it should follow, or after something that it should precede. */
  readonly outOfOrder: readonly (readonly [Expected, Actual])[];
  /** Stands where it should, and differs. */
  readonly wrong: readonly (readonly [Expected, Actual])[];
  readonly missing: readonly Expected[];
  readonly unexpected: readonly Actual[];
}

export interface Likeness<Expected, Actual> {
  readonly matches: (expected: Expected, actual: Actual) => boolean;
  /** Whether it can be meant, although it does not match. */
  readonly resembles: (expected: Expected, actual: Actual) => boolean;
}

/** As many as possible are taken as they should be; the rest is told with as few differences as possible. */
export function align<Expected, Actual>(
  expected: readonly Expected[],
  actual: readonly Actual[],
  { matches, resembles }: Likeness<Expected, Actual>,
): Alignment<Expected, Actual> {
  const pairs = longestCommon(expected, actual, matches);
  const expectedLeft = new Set(expected.keys());
  const actualLeft = new Set(actual.keys());
  for (const [one, other] of pairs) {
    expectedLeft.delete(one);
    actualLeft.delete(other);
  }
  const take = (fits: (one: Expected, other: Actual) => boolean): (readonly [Expected, Actual])[] => {
    const taken: (readonly [Expected, Actual])[] = [];
    for (const index of expectedLeft) {
      const wanted = expected[index] as Expected;
      const found = [...actualLeft].find((place) => fits(wanted, actual[place] as Actual));
      if (found === undefined) continue;
      expectedLeft.delete(index);
      actualLeft.delete(found);
      taken.push([wanted, actual[found] as Actual]);
    }
    return taken;
  };
  const outOfOrder = take(matches);
  const wrong = take(resembles);
  return {
    ...{ pairs, outOfOrder, wrong },
    missing: [...expectedLeft].map((index) => expected[index] as Expected),
    unexpected: [...actualLeft].map((index) => actual[index] as Actual),
  };
}

/** https://en.wikipedia.org/wiki/Longest_common_subsequence, of lists of a few dozen at most. */
function longestCommon<Expected, Actual>(
  expected: readonly Expected[],
  actual: readonly Actual[],
  matches: (expected: Expected, actual: Actual) => boolean,
): readonly (readonly [number, number])[] {
  const [rows, columns] = [expected.length, actual.length];
  const isMatch = expected.map((one) => actual.map((other) => matches(one, other)));
  const length: number[][] = Array.from({ length: rows + 1 }, () => new Array<number>(columns + 1).fill(0));
  const at = (row: number, column: number): number => length[row]?.[column] ?? 0;
  for (let row = rows - 1; row >= 0; row -= 1) {
    for (let column = columns - 1; column >= 0; column -= 1) {
      const best = isMatch[row]?.[column]
        ? at(row + 1, column + 1) + 1
        : Math.max(at(row + 1, column), at(row, column + 1));
      (length[row] ??= [])[column] = best;
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let row = 0, column = 0; row < rows && column < columns;) {
    if (isMatch[row]?.[column]) pairs.push([row++, column++]);
    else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
    else column += 1;
  }
  return pairs;
}
