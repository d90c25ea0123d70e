/** Segments of what is said on the ways to each outcome. */
export interface Figures {
  /** Of the cheapest way, its values short. */
  readonly min: number;
  /** Of the cheapest way, its values of usual length. */
  readonly expected: number;
  /** Of the dearest way, with every reminder and every question asked again, its values long. */
  readonly max: number;
}

export const NOTHING: Figures = { min: 0, expected: 0, max: 0 };

/** Outcome → what the ways to it cost. */
export type Ways = ReadonlyMap<string, Figures>;

export function sum(...all: readonly Figures[]): Figures {
  return all.reduce(
    (total, { min, expected, max }) => ({
      min: total.min + min,
      expected: total.expected + expected,
      max: total.max + max,
    }),
    NOTHING,
  );
}

export function times(count: number, { min, expected, max }: Figures): Figures {
  return { min: count * min, expected: count * expected, max: count * max };
}

/** What is said anyway, then one of the ways. */
export function then(said: Figures, ways: Ways): Ways {
  return new Map([...ways].map(([outcome, figures]) => [outcome, sum(said, figures)]));
}

/** One of several. */
export function either(...all: readonly Ways[]): Ways {
  const ways = new Map<string, Figures>();
  for (const [outcome, figures] of all.flatMap((each) => [...each])) {
    const known = ways.get(outcome);
    ways.set(
      outcome,
      known
        ? {
            min: Math.min(known.min, figures.min),
            expected: Math.min(known.expected, figures.expected),
            max: Math.max(known.max, figures.max),
          }
        : figures,
    );
  }
  return ways;
}
