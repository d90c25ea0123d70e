/** Real traffic through changed definitions, without sending anything. */
import { availableParallelism } from 'node:os';
import type { Millis } from '../../channels/brands.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import { readBatches, readPublications, type HistoryStore } from '../history/read.ts';
import { recordQuery, sizeSql, type Slice, type Wanted } from './people-query.ts';
import type { Summary } from './summary.ts';
import { Workers } from './workers.ts';

export interface WhatIfOptions extends Omit<Wanted, 'definitions'> {
  readonly store: HistoryStore;
  readonly machines: readonly Machine[];
  readonly withSessions: boolean;
  /** Told how many of how many parts are read. */
  readonly onProgress?: (read: number, of: number) => void;
}

/** Steps of one query: the SQL interface bounds its result and its time, comparing included, and sorts in memory. */
const STEPS_PER_QUERY = 50_000;

/** A thread that starts for fewer costs more than it saves. */
const STEPS_PER_WORKER = 10_000;

export async function whatIf(options: WhatIfOptions): Promise<Summary> {
  const { store, machines, withSessions, window, onProgress } = options;
  const wanted: Wanted = { ...options, definitions: machines.map(({ name }) => name) };
  const work = {
    machines,
    publications: await readPublications(store),
    from: window.from.getTime() as Millis,
    to: window.to.getTime() as Millis,
    withSessions,
  };
  const [size] = await store.rows<{ readonly steps: number }>(sizeSql(wanted));
  const steps = size?.steps ?? 0;
  const slices = slicesOf(Math.ceil(steps / STEPS_PER_QUERY));
  const workers = new Workers(work, Math.min(availableParallelism(), Math.ceil(steps / STEPS_PER_WORKER)));
  try {
    for (const [index, slice] of slices.entries()) {
      onProgress?.(index, slices.length);
      for await (const batch of readBatches(store, recordQuery(wanted, slice))) await workers.give(batch);
    }
    return await workers.finish();
  } finally {
    await workers.close();
  }
}

/** Contact keys are hashes: equal parts of what they may be hold about equally many. */
function slicesOf(many: number): readonly Slice[] {
  const edge = (index: number): string =>
    `c-${Math.floor((index * 0x10000) / many)
      .toString(16)
      .padStart(4, '0')}`;
  return Array.from({ length: many }, (_, index) => ({
    first: index === 0 ? '' : edge(index),
    ...(index === many - 1 ? {} : { below: edge(index + 1) }),
  }));
}
