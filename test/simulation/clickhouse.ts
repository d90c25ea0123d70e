import { Readable } from 'node:stream';
import { StoreError } from '../../runtime/store/errors.ts';
import { PLAIN_LAYOUT } from '../../runtime/store/layout.ts';
import { migrations } from '../../runtime/store/migrations/all.ts';
import type { Rows, Store } from '../../runtime/store/port.ts';
import type { Connection } from './peer.ts';
import { QUESTIONS } from './questions.ts';

/** Tokens that a table remembers, as its deduplication window. */
const WINDOW = 100;

/** How an insert fails: before anything happened; with the rows stored; with only the token remembered. */
export type InsertFault = 'nothing' | 'stored' | 'token only';

const DATABASE = 'parlance';

type Row = Readonly<Record<string, unknown>>;

/** Stands in for ClickHouse, with what its tables promise: the same token again inserts nothing. */
export class ClickHouse {
  isAway = false;
  readonly faults: InsertFault[] = [];
  readonly #rows = new Map<string, Row[]>();
  readonly #tokens = new Map<string, string[]>();

  rows(table: string): readonly Row[] {
    return this.#rows.get(`${DATABASE}.${table}`) ?? [];
  }

  insert(table: string, rows: Rows, token: string): void {
    const tokens = this.#tokens.get(table) ?? [];
    this.#tokens.set(table, tokens);
    if (tokens.includes(token)) return;
    const fault = this.faults.shift();
    if (fault === 'nothing') throw away();
    tokens.push(token);
    if (tokens.length > WINDOW) tokens.shift();
    if (fault === 'token only') throw away();
    // A row is what was sent, not what the sender changes later.
    const stored = this.#rows.get(table) ?? [];
    this.#rows.set(table, stored);
    stored.push(...(JSON.parse(JSON.stringify([...rows])) as Row[]));
    if (fault === 'stored') throw away();
  }

  /** As a process sees it, over a connection. */
  seenBy(connection: Connection): Store {
    const ask = <Answer>(label: string, answer: () => Answer): Promise<Answer> =>
      connection.call(`clickhouse ${label}`, () => {
        if (this.isAway) throw away();
        return answer();
      });
    return {
      kind: 'server',
      database: DATABASE,
      location: 'simulated',
      layout: PLAIN_LAYOUT,
      ping: () => ask('ping', () => undefined),
      command: () => ask('command', () => undefined),
      insert: (table, rows, token) =>
        ask('insert', () => {
          this.insert(table, rows, token);
        }),
      query: (sql, parameters = {}) => ask('query', () => this.#query(sql, parameters)),
      read: () => Promise.resolve(Readable.from([])),
      close: () => Promise.resolve(),
    };
  }

  /** The questions that the sink asks, and those of operators. */
  #query(sql: string, parameters: Row): readonly Row[] {
    const asked = QUESTIONS.find(([pattern]) => pattern.test(sql));
    if (asked) return asked[1](this.rows('events'), parameters);
    if (sql.includes('max(version)')) return [{ version: migrations(DATABASE).at(-1)?.version ?? 0 }];
    if (sql.includes('system.tables')) return [];
    if (sql.includes('max(batch)')) return [{ newest: this.#newestBatch() }];
    if (sql.includes('machine NOT IN')) return this.#publicationsWithoutGraph();
    const [, columns, table, batch] = /^SELECT (.*) FROM (\S+)\s[^]*batch = (\d+)/.exec(sql) ?? [];
    if (columns === undefined || table === undefined) throw new Error(`the simulated ClickHouse can not answer ${sql}`);
    const rows = (this.#rows.get(table) ?? []).filter((row) => row['batch'] === Number(batch));
    return rows.map((row) =>
      Object.fromEntries(
        columns.split(', ').map((column) => {
          const time = /^toUnixTimestamp64Milli\((\w+)\) AS ms$/.exec(column)?.[1];
          return time === undefined ? [column, row[column]] : ['ms', Date.parse(String(row[time]))];
        }),
      ),
    );
  }

  #newestBatch(): number {
    return this.rows('marks').reduce((newest, { batch }) => Math.max(newest, Number(batch)), 0);
  }

  #publicationsWithoutGraph(): readonly Row[] {
    const known = new Set(this.rows('definition_states').map(({ machine }) => machine));
    return this.rows('definitions')
      .filter(({ kind, machine }) => (kind === 'version' || kind === 'publish') && !known.has(machine))
      .map(({ batch, published, payload }) => ({ batch, ms: Date.parse(String(published)), payload }));
  }
}

function away(): StoreError {
  return new StoreError('store-unreachable', 'the simulated ClickHouse does not answer');
}
