import type { Argv, CommandModule } from 'yargs';
import { judge, type Judgement } from '../../baseline/judgement.ts';
import { WINDOWS_KEPT } from '../../baseline/departures.ts';
import { Normals, WEEKS_LEARNED } from '../../baseline/normal.ts';
import { ALL, keyOf, type Sample, type Series, type SeriesKind } from '../../baseline/sample.ts';
import { WINDOW_MS } from '../../baseline/window.ts';
import { openTenantStore, withStoreOptions, type StoreArguments } from '../store-access.ts';
import { columns } from './columns.ts';

interface BaselineArguments extends StoreArguments {
  readonly json: boolean;
}

/** A series in the newest window, beside what is usual. */
interface Line extends Partial<Omit<Judgement, 'startMs'>> {
  readonly series: string;
  readonly kind: SeriesKind;
  /** Of the newest window alone; absent where it has none. */
  readonly latest?: number;
}

interface Report {
  /** Start of the newest window that was sampled. */
  readonly window: string | undefined;
  readonly series: readonly Line[];
}

export const baselineCommand: CommandModule<object, BaselineArguments> = {
  command: 'baseline',
  describe: 'Show what flows through the platform beside what is usual at this hour of the week',
  builder: (yargs: Argv) =>
    withStoreOptions(yargs).option('json', { type: 'boolean', default: false, describe: 'One JSON object' }),
  handler: async (args) => {
    const store = await openTenantStore(args);
    try {
      const samples = await store.rows<Sample>(
        `SELECT toUnixTimestamp64Milli(start) AS startMs, kind, series AS name, value, observations FROM samples
         WHERE start >= now64(3) - INTERVAL ${WEEKS_LEARNED} WEEK ORDER BY start`,
      );
      const report = reportOf(samples);
      process.stdout.write(args.json ? `${JSON.stringify(report)}\n` : textOf(report));
    } finally {
      await store.close();
    }
  },
};

function reportOf(samples: readonly Sample[]): Report {
  const newestMs = samples.findLast(({ kind, name }) => kind === ALL.kind && name === ALL.name)?.startMs;
  if (newestMs === undefined) return { window: undefined, series: [] };
  const normals = Normals.learn(samples, newestMs);
  const known = new Map<string, Series>();
  const recent = samples.filter(({ startMs }) => startMs > newestMs - WINDOWS_KEPT * WINDOW_MS);
  for (const { kind, name } of [...normals.series, ...recent]) known.set(keyOf({ kind, name }), { kind, name });
  const series = [...known.values()].toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  return {
    window: new Date(newestMs).toISOString(),
    series: series.map((one) => lineOf(one, recent, normals, newestMs)),
  };
}

function lineOf(series: Series, recent: readonly Sample[], normals: Normals, newestMs: number): Line {
  const own = new Map(recent.filter((one) => keyOf(one) === keyOf(series)).map((one) => [one.startMs, one]));
  const windows = Array.from({ length: WINDOWS_KEPT }, (_, at) => {
    const startMs = newestMs - (WINDOWS_KEPT - 1 - at) * WINDOW_MS;
    const { value = 0, observations = 0 } = own.get(startMs) ?? {};
    return { startMs, value, observations, normal: normals.at(series, startMs) };
  });
  const judgement = judge(windows);
  const latest = own.get(newestMs)?.value ?? (series.kind === 'rate' ? 0 : undefined);
  return {
    ...{ series: series.name, kind: series.kind, ...(latest !== undefined && { latest }) },
    ...(judgement && judged(judgement)),
  };
}

/** The window's start is the report's. */
function judged({ startMs: _, ...judgement }: Judgement): Omit<Judgement, 'startMs'> {
  return judgement;
}

function textOf({ window, series }: Report): string {
  if (window === undefined) {
    return 'Nothing has been sampled yet: the first sample comes at most six minutes after a process with the role sink starts.\n';
  }
  const rows = series.map(({ kind, series: name, latest, value, expected, low, high, direction }) => [
    name,
    kind,
    figure(kind, value ?? latest),
    figure(kind, expected),
    low === undefined || high === undefined ? '' : `${figure(kind, low)} to ${figure(kind, high)}`,
    expected === undefined ? 'nothing to say yet' : (direction ?? 'as usual'),
  ]);
  return `The five minutes from ${window} (a series with few events over as many windows as it takes):\n\n${columns(
    ['series', 'kind', 'value', 'usual', 'normal', 'judged'],
    rows,
  )}`;
}

function figure(kind: SeriesKind, value: number | undefined): string {
  if (value === undefined) return '';
  switch (kind) {
    case 'rate':
      return Math.round(value).toString();
    case 'share':
      return `${(100 * value).toFixed(1)} %`;
    case 'delay':
      return value < 10_000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
  }
}
