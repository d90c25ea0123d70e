/** Real traffic through changed definitions, without sending anything. */
import { availableParallelism } from 'node:os';
import type { ContactKey, Millis } from '../../channels/brands.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import { readBatches, readPublications, type HistoryStore } from '../history/read.ts';
import { recordQuery, sizeSql, type Slice, type Wanted } from './people-query.ts';
import type { Summary } from './summary.ts';
import { unstartedPeople } from './unstarted.ts';
import type { Work } from './work.ts';
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

/** People named in one query, about 40 bytes each: ClickHouse parses 256 KiB of a statement. */
const NAMED_PER_QUERY = 2_000;

/** A thread that starts for fewer costs more than it saves. */
const STEPS_PER_WORKER = 10_000;
const NAMED_PER_WORKER = 1_000;

export async function whatIf(options: WhatIfOptions): Promise<Summary> {
  const { store, machines, withSessions, window, onProgress } = options;
  const wanted: Wanted = { ...options, definitions: machines.map(({ name }) => name) };
  // Of a part of the conversations nothing is said about those that would start besides.
  const unstarted =
    wanted.limit === undefined ? await unstartedPeople(store, wanted, machines) : new Map<never, never>();
  const [newest] = await store.rows<{ readonly company: string }>(
    "SELECT argMax(company, now) AS company FROM steps WHERE kind = 'step'",
  );
  const work: Work = {
    ...{ machines, unstarted, company: newest?.company ?? '' },
    publications: await readPublications(store),
    from: window.from.getTime() as Millis,
    to: window.to.getTime() as Millis,
    withSessions,
  };
  const [size] = await store.rows<{ readonly steps: number }>(sizeSql(wanted));
  const steps = size?.steps ?? 0;
  const slices = slicesOf(Math.ceil(steps / STEPS_PER_QUERY + unstarted.size / NAMED_PER_QUERY));
  const many = Math.ceil(steps / STEPS_PER_WORKER + unstarted.size / NAMED_PER_WORKER);
  const workers = new Workers(work, Math.min(availableParallelism(), many));
  const others = [...unstarted.keys()].sort();
  try {
    for (const [index, slice] of slices.entries()) {
      onProgress?.(index, slices.length);
      for await (const batch of readBatches(store, recordQuery(wanted, slice, within(others, slice))))
        await workers.give(batch);
    }
    return await workers.finish();
  } finally {
    await workers.close();
  }
}

function within(sorted: readonly ContactKey[], { first, below }: Slice): readonly ContactKey[] {
  return sorted.filter((contact) => contact >= first && (below === undefined || contact < below));
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
