/** What a tenant's store has on record, by its SQL interface. */
import type { Readable } from 'node:stream';
import type { StateKey } from '../../dsl/correlation.ts';
import type { MessageId } from '../broker/message-id.ts';
import type { Publication } from '../definitions/publication.ts';
import { batchesOf } from './record-batches.ts';
import { recordSql, type RecordQuery } from './record-query.ts';
import { historiesIn } from './record-rows.ts';
import type { RecordedHistory, RecordedStep } from './recorded-step.ts';
import { StoredDefinitions, type StoredPublication } from './stored-definitions.ts';

/** Asks the views of one tenant: `StoreAccess` of the command line does. */
export interface HistoryStore {
  rows<Row>(sql: string, parameters?: Readonly<Record<string, string>>): Promise<readonly Row[]>;
  ask(question: {
    readonly sql: string;
    readonly settings?: Readonly<Record<string, string>>;
    readonly parameters?: Readonly<Record<string, string>>;
  }): Promise<Readable>;
}

/** In the order of their keys. */
export async function* readHistories(store: HistoryStore, query: RecordQuery): AsyncGenerator<RecordedHistory> {
  for await (const batch of readBatches(store, query)) yield* historiesIn(batch);
}

/** The same still as rows, whole histories each, for whoever divides the reading between threads: see `historiesIn`. */
export async function* readBatches(store: HistoryStore, query: RecordQuery): AsyncGenerator<Buffer> {
  const { parameters = {} } = query;
  const settings = { default_format: 'JSONCompactEachRow' };
  yield* batchesOf(await store.ask({ sql: recordSql(query), settings, parameters }));
}

/** Of one contact or value, up to `until` (milliseconds), that moment included. */
export async function readSteps(
  store: HistoryStore,
  key: StateKey,
  until: number = Infinity,
): Promise<readonly RecordedStep[]> {
  const query: RecordQuery = { condition: 'contact = {key:String}', parameters: { key }, with: 'states' };
  for await (const { steps } of readHistories(store, query)) return steps.filter(({ now }) => now <= until);
  return [];
}

export async function readDefinitions(store: HistoryStore): Promise<StoredDefinitions> {
  return new StoredDefinitions(await readPublications(store));
}

/** All that was ever published: a conversation runs on the version on which it started. */
export async function readPublications(store: HistoryStore): Promise<readonly StoredPublication[]> {
  const rows = await store.rows<{ position: MessageId; published: string; payload: string }>(
    'SELECT position, published, payload FROM definitions LIMIT 1 BY position',
  );
  return rows.map(({ position, published, payload }) => ({
    position,
    published: Date.parse(published),
    publications: JSON.parse(payload) as readonly Publication[],
  }));
}
