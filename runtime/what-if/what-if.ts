/** Real traffic through changed definitions, without sending anything. */
import { availableParallelism } from 'node:os';
import type { ContactKey, Millis } from '../../channels/brands.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import { readBatches, readPublications, type HistoryStore } from '../history/read.ts';
import type { StoredBasis } from '../history/recorded-step.ts';
import { StoredDefinitions, type StoredPublication } from '../history/stored-definitions.ts';
import { recordQuery, sizeSql, slicesOf, upToSql, type Slice, type Wanted, type Window } from './people-query.ts';
import { ReplacedDefinitions } from './replaced.ts';
import type { Summary } from './summary.ts';
import { unstartedPeople } from './unstarted.ts';
import type { Work } from './work.ts';
import { Workers } from './workers.ts';

export interface WhatIfOptions {
  readonly store: HistoryStore;
  readonly machines: readonly Machine[];
  readonly window: Window;
  /** Conversations at most. */
  readonly limit?: number;
  readonly withSessions: boolean;
  /** Told how many of how many parts are read. */
  readonly onProgress?: (read: number, of: number) => void;
}

/**
 * Of one query: the SQL interface bounds its result and its time, comparing included, and sorts in memory. As few as that
 * allows, for each reads the keys of all.
 */
const STEPS_PER_QUERY = 120_000;
const BYTES_PER_QUERY = 64 * 1024 * 1024;

/** People named in one query, about 40 bytes each: ClickHouse parses 256 KiB of a statement. */
const NAMED_PER_QUERY = 2_000;

/** Nothing is on record of what a step rested on. */
const AS_PUBLISHED: StoredBasis = { definitions: undefined, company: '', partitions: 0 };

/** A thread that starts for fewer costs more than it saves. */
const STEPS_PER_WORKER = 10_000;
const NAMED_PER_WORKER = 1_000;

export async function whatIf(options: WhatIfOptions): Promise<Summary> {
  const { store, machines, withSessions, window, limit, onProgress } = options;
  const all: Wanted = { window, definitions: machines.map(({ name }) => name) };
  const wanted: Wanted = limit === undefined ? all : { ...all, upTo: await lastOf(store, all, limit) };
  const { upTo } = wanted;
  const publications = await readPublications(store);
  // Of a part of the conversations nothing is said about those that would start besides.
  const isAsked = upTo === undefined && !startAlike(machines, publications, window);
  const unstarted = isAsked ? await unstartedPeople(store, wanted, machines) : new Map<never, never>();
  const [newest] = await store.rows<{ readonly company: string }>(
    "SELECT argMax(company, now) AS company FROM steps WHERE kind = 'step'",
  );
  const work: Work = {
    ...{ machines, unstarted, company: newest?.company ?? '' },
    publications,
    from: window.from.getTime() as Millis,
    to: window.to.getTime() as Millis,
    ...(upTo === undefined ? {} : { upTo }),
    withSessions,
  };
  const [size] = await store.rows<{ readonly steps: number; readonly bytes: number }>(sizeSql(wanted));
  const { steps, bytes } = size ?? { steps: 0, bytes: 0 };
  const recorded = Math.max(steps / STEPS_PER_QUERY, bytes / BYTES_PER_QUERY);
  const slices = slicesOf(Math.ceil(recorded + unstarted.size / NAMED_PER_QUERY));
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

/** Whether all that could start a conversation in the window started the same as by the changed definitions: nobody is missing. */
function startAlike(machines: readonly Machine[], publications: readonly StoredPublication[], window: Window): boolean {
  const replaced = new ReplacedDefinitions(machines);
  const definitions = new StoredDefinitions(publications);
  const [from, to] = [window.from.getTime(), window.to.getTime()];
  const changes = publications.map(({ published }) => published).filter((at) => at > from && at < to);
  return [from, ...changes].every((at) => replaced.startAlike(definitions.at(AS_PUBLISHED, at)));
}

/** Of the conversations that are taken. */
async function lastOf(store: HistoryStore, wanted: Wanted, limit: number): Promise<string> {
  const [row] = await store.rows<{ readonly last: string }>(upToSql(wanted, limit));
  return row?.last ?? '';
}

function within(sorted: readonly ContactKey[], { first, below }: Slice): readonly ContactKey[] {
  return sorted.filter((contact) => contact >= first && (below === undefined || contact < below));
}
