import type { Failure, Summary } from './summary.ts';

/** Problems told of a failing seed; the rest mostly follows from these. */
const PROBLEMS_TOLD = 5;

export function reportOf(summary: Summary, tookMs: number, plant: string | undefined): string {
  const { seeds, steps, inputs, faults, sites, sitesReached, sitesCrashedAt, failures } = summary;
  const kinds = Object.entries(faults).sort(([, a], [, b]) => b - a);
  return [
    ...failures.map((failure) => failureText(failure, plant)),
    `${seeds} seeds in ${(tookMs / 1000).toFixed(1)} s (${((1000 * seeds) / tookMs).toFixed(1)} a second): ${inputs} inputs, ${steps} steps of the scheduler`,
    `faults: ${kinds.map(([kind, count]) => `${count} × ${kind}`).join(', ')}`,
    `awaits: ${sites.length}, reached ${Object.keys(sitesReached).length}, crashed at ${Object.keys(sitesCrashedAt).length}`,
    failures.length === 0 ? 'everything held' : `${failures.length} seeds failed`,
  ].join('\n');
}

/** Awaits that no process was killed at, those first that it came to in the fewest seeds. */
export function sitesText({ sites, sitesReached, sitesCrashedAt }: Summary): string {
  const reachedIn = (site: string): number => sitesReached[site] ?? 0;
  return sites
    .filter((site) => sitesCrashedAt[site] === undefined)
    .toSorted((a, b) => reachedIn(a) - reachedIn(b))
    .map((site) => `${site}  (reached in ${reachedIn(site)} seeds)`)
    .join('\n');
}

function failureText({ seed, problems, faults }: Failure, plant: string | undefined): string {
  const only = `--only=${faults.map(({ place }) => place).join(',')}`;
  const planted = plant === undefined ? '' : ` --plant=${plant}`;
  return [
    `seed ${seed} does not hold:`,
    ...problems.slice(0, PROBLEMS_TOLD).map((problem) => `  ${problem}`),
    ...(problems.length > PROBLEMS_TOLD ? [`  … and ${problems.length - PROBLEMS_TOLD} more`] : []),
    faults.length === 0 ? '  without any fault' : '  with these faults, and with none of them left out:',
    ...faults.map(({ fault }) => `    ${JSON.stringify(fault)}`),
    `  again: npm run simulate -- --seed=${seed} ${only}${planted}`,
    '',
  ].join('\n');
}
