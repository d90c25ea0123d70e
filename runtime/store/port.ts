import type { Readable } from 'node:stream';
import type { Layout } from './layout.ts';

/** Values of `{name:Type}` placeholders, as ClickHouse's HTTP interface takes them: text in its escaped form. */
export type QueryParameters = Readonly<Record<string, string>>;

export interface ReadRequest {
  /** One statement. */
  readonly sql: string;
  readonly parameters: QueryParameters;
  /** Database of unqualified table names. */
  readonly database: string;
  /** Format where the statement has no FORMAT clause. */
  readonly format: string;
  /** Applied before the session becomes read-only. */
  readonly settings: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Rows keyed by column name: an array of them, or as a table packs them. */
export interface Rows<Row extends object = object> extends Iterable<Row> {
  readonly length: number;
}

/** ClickHouse, embedded or a server, as the sink and the SQL interface need it. All methods may be called concurrently. */
export interface Store {
  readonly kind: 'embedded' | 'server';
  /** Of the tables; those of the views are named after it. */
  readonly database: string;
  /** Folder, or URL without credentials: for messages. */
  readonly location: string;
  readonly layout: Layout;
  /** Rejects with `store-unreachable`. */
  ping(): Promise<void>;
  /** A statement without a result. Rejects with `store-unreachable` or `sql-failed`. */
  command(sql: string): Promise<void>;
  /**
   * One synchronous insert. The same `token` again inserts nothing; never use one token
   * for different rows: the second set would be lost silently.
   */
  insert(table: string, rows: Rows, token: string): Promise<void>;
  /** Rows keyed by column name, 64-bit integers as numbers. */
  query(sql: string, parameters?: Readonly<Record<string, unknown>>): Promise<readonly Record<string, unknown>[]>;
  /** Runs in a session of its own with ClickHouse's `readonly = 1`, so that no statement leaves settings behind. */
  read(request: ReadRequest): Promise<Readable>;
  close(): Promise<void>;
}
