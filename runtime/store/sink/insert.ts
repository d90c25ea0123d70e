/**
 * One batch into its tables, each row once. A token keeps a repeated insert from doubling; after one that failed or was
 * interrupted, what is stored is compared with the batch as well, because a server killed between remembering a token
 * and committing its rows would drop the repetition.
 */
import type { Rows, Store } from '../port.ts';
import { tableOf, type BatchRows, type EventRow, type TableName } from '../rows.ts';
import { quoteText } from '../quote.ts';
import { graphsOf } from './graph-rows.ts';

export interface BatchInsert {
  readonly tenant: string;
  readonly batch: number;
  readonly token: string;
  readonly rows: BatchRows<Rows<EventRow>>;
  /** An earlier attempt may have stored some of it. */
  readonly repeated: boolean;
  /** Tells one attempt's fill from another's. */
  readonly attempt: string;
}

interface Table {
  readonly name: TableName;
  /** Columns that identify a row; the sort key, so that two rows which ClickHouse merges are one here too. */
  readonly key: readonly string[];
  readonly time: string;
}

const EVENTS: Table = { name: 'events', key: ['conversation', 'time', 'sequence', 'id', 'source'], time: 'time' };
const STEPS: Table = { name: 'steps', key: ['partition', 'epoch', 'sequence', 'kind'], time: 'now' };
const DEFINITIONS: Table = { name: 'definitions', key: ['position'], time: 'published' };
const STATES: Table = { name: 'definition_states', key: ['machine', 'state'], time: 'published' };
const TRANSITIONS: Table = {
  name: 'definition_transitions',
  key: ['machine', 'from_state', 'to_state', 'reason'],
  time: 'published',
};
const DEAD_LETTERS: Table = { name: 'dead_letters', key: ['topic', 'position'], time: 'published' };

export async function insertBatch(store: Store, insert: BatchInsert): Promise<void> {
  await insertRows(store, insert, EVENTS, insert.rows.events);
  await insertRows(store, insert, STEPS, insert.rows.steps);
  await insertRows(store, insert, DEFINITIONS, insert.rows.definitions);
  const { states, transitions } = graphsOf(insert.rows.definitions);
  await insertRows(store, insert, STATES, states);
  await insertRows(store, insert, TRANSITIONS, transitions);
  await insertRows(store, insert, DEAD_LETTERS, insert.rows.deadLetters);
}

async function insertRows(store: Store, insert: BatchInsert, table: Table, all: Rows): Promise<void> {
  if (all.length === 0) return;
  const name = tableOf(store, table.name);
  await store.insert(name, all, insert.token);
  if (!insert.repeated) return;
  const rows = [...all];
  const stored = await storedKeys(store, insert, table, rows);
  const missing = rows.filter((row) => !stored.has(keyOf(table, row)));
  await store.insert(name, missing, `${insert.token}:${insert.attempt}`);
}

async function storedKeys(
  store: Store,
  insert: BatchInsert,
  table: Table,
  rows: readonly object[],
): Promise<Set<string>> {
  const times = rows.map((row) => String(field(row, table.time))).sort();
  const columns = table.key.map((column) =>
    column === table.time ? `toUnixTimestamp64Milli(${column}) AS ms` : column,
  );
  const found = await store.query(
    `SELECT ${columns.join(', ')} FROM ${tableOf(store, table.name)}
     WHERE tenant = ${quoteText(insert.tenant)} AND batch = ${insert.batch}
       AND ${table.time} BETWEEN ${moment(times[0])} AND ${moment(times.at(-1))}`,
  );
  return new Set(found.map((row) => JSON.stringify(table.key.map((name) => row[name === table.time ? 'ms' : name]))));
}

function keyOf(table: Table, row: object): string {
  const value = (name: string): unknown =>
    name === table.time ? Date.parse(String(field(row, name))) : field(row, name);
  return JSON.stringify(table.key.map(value));
}

function field(row: object, name: string): unknown {
  return (row as Readonly<Record<string, unknown>>)[name];
}

function moment(iso: string | undefined): string {
  return `fromUnixTimestamp64Milli(${Date.parse(iso ?? '')})`;
}
