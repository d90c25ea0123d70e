/**
 * `rate`: events in the window. `share`: events of one type for each of another, from 0 to 1. `delay`: 95th percentile of
 * the time between two events, in milliseconds, of those whose second one is in the window.
 */
export type SeriesKind = 'rate' | 'share' | 'delay';

export interface Series {
  readonly kind: SeriesKind;
  /** Of a rate the event type; of the others the two ends: see measures.ts. */
  readonly name: string;
}

/** What was measured of one series in one window. */
export interface Sample extends Series {
  /** Milliseconds since the epoch, a start of a window. */
  readonly startMs: number;
  readonly value: number;
  /** Events that the value was made of; of a share those that it is a share of. */
  readonly observations: number;
}

/** Of a row with columns named as the fields are. */
export function sampleOf(row: Readonly<Record<string, unknown>>): Sample {
  return {
    kind: row['kind'] as SeriesKind,
    ...{ name: String(row['name']), startMs: Number(row['startMs']) },
    ...{ value: Number(row['value']), observations: Number(row['observations']) },
  };
}

/** All events of a tenant: sampled in every window, also where there were none, so it tells which windows were sampled. */
export const ALL: Series = { kind: 'rate', name: 'all' };

export function keyOf({ kind, name }: Series): string {
  return `${kind}/${name}`;
}
