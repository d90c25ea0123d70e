import { simulate, type Outcome } from './simulation.ts';
import { countedSites } from './visits.ts';
import { emptySummary, summaryOf, sumOf, type Failure, type Summary } from './summary.ts';

export interface SeedsOptions {
  readonly first: number;
  readonly count: number;
  /** Nothing more is begun after so many failures: each is shrunk, which takes its time. */
  readonly failuresMax: number;
  /** A bug planted on purpose. */
  readonly plant?: string | undefined;
}

/** One seed after another in this process. */
export async function simulateSeeds({ first, count, failuresMax, plant }: SeedsOptions): Promise<Summary> {
  let summary = emptySummary();
  for (let seed = first; seed < first + count && summary.failures.length < failuresMax; seed++) {
    const outcome = await simulate(seed, { plant });
    const failure = outcome.problems.length > 0 ? await shrink(outcome, plant) : undefined;
    summary = sumOf(
      summary,
      summaryOf(
        outcome,
        countedSites().map(({ site }) => site),
        failure,
      ),
    );
  }
  return summary;
}

/** Leaves out one fault after another, as long as something still does not hold. */
async function shrink(failed: Outcome, plant: string | undefined): Promise<Failure> {
  let only = failed.faults.map((_, place) => place);
  let { problems } = failed;
  for (const place of only) {
    const fewer = only.filter((other) => other !== place);
    const outcome = await simulate(failed.seed, { only: fewer, plant });
    if (outcome.problems.length === 0) continue;
    only = fewer;
    problems = outcome.problems;
  }
  const faults = failed.faults.flatMap((fault, place) => (only.includes(place) ? [{ place, fault }] : []));
  return { seed: failed.seed, problems, faults };
}
