import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';
import type { Rows, Store } from './port.ts';
import { StoreError, clickHouseMessage, reportedText } from './errors.ts';

/** Of one insert: as often as it is repeated, its rows must come to lie in as many blocks, or their token means nothing. */
const INSERT_SETTINGS: ClickHouseSettings = {
  async_insert: 0,
  insert_deduplicate: 1,
  // An insert that was cut off between a table and a view on it is completed when it is repeated.
  deduplicate_blocks_in_dependent_materialized_views: 1,
  date_time_input_format: 'best_effort',
  input_format_parallel_parsing: 0,
  max_insert_block_size: '1048449',
  min_insert_block_size_rows: '1048449',
  min_insert_block_size_bytes: '268402944',
  // An event's time is whatever its producer says: a batch may touch any number of months.
  max_partitions_per_insert_block: '0',
  // A column that the table lacks is an error, which is waited out, and not left out.
  input_format_skip_unknown_fields: 0,
  wait_end_of_query: 1,
};

/**
 * On a cluster: answered when every shard has its rows and most of its replicas do. Each shard gets the same rows under
 * the same token when a batch is repeated, and remembers the token in the keeper.
 */
const CLUSTER_INSERT_SETTINGS: ClickHouseSettings = {
  distributed_foreground_insert: 1,
  insert_quorum: 'auto',
  insert_quorum_timeout: 45_000,
};

/** A view that joins or looks into another table asks the other shards too. */
export const CLUSTER_QUERY_SETTINGS = { distributed_product_mode: 'global' } as const;

const QUERY_SETTINGS: ClickHouseSettings = { output_format_json_quote_64bit_integers: 0 };

type Calls = Pick<Store, 'ping' | 'command' | 'insert' | 'query'>;

/** At least one row, into `table`. */
export type InsertRows = (table: string, rows: Rows, settings: ClickHouseSettings) => Promise<void>;

/** What both kinds of store do through the official client. `run`: a statement without an answer. */
export function clientCalls(
  { location, layout }: Pick<Store, 'location' | 'layout'>,
  insertRows: InsertRows,
  queries: ClickHouseClient,
  run: (sql: string) => Promise<void>,
): Calls {
  const isCluster = layout.cluster !== undefined;
  const insertSettings = { ...INSERT_SETTINGS, ...(isCluster && CLUSTER_INSERT_SETTINGS) };
  const querySettings = { ...QUERY_SETTINGS, ...(isCluster && CLUSTER_QUERY_SETTINGS) };
  const reporting = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    try {
      return await call();
    } catch (error) {
      throw sqlFailed(location, error);
    }
  };
  return {
    ping: async () => {
      const result = await queries.ping({ select: true });
      if (!result.success) throw unreachable(location, result.error);
    },
    command: (sql) => reporting(() => run(sql)),
    insert: (table, rows, token) =>
      reporting(async () => {
        if (rows.length === 0) return;
        await insertRows(table, rows, { ...insertSettings, insert_deduplication_token: token });
      }),
    query: (sql, parameters) =>
      reporting(async () => {
        const result = await queries.query({
          query: sql,
          format: 'JSONEachRow',
          clickhouse_settings: querySettings,
          ...(parameters && { query_params: { ...parameters } }),
        });
        return result.json<Record<string, unknown>>();
      }),
  };
}

/** What ClickHouse itself reports keeps its message; anything else means that it was not reached. */
export function sqlFailed(location: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  return reportedText(error) === undefined
    ? unreachable(location, error)
    : new StoreError('sql-failed', clickHouseMessage(error), { cause: error });
}

function unreachable(location: string, error: unknown): StoreError {
  return new StoreError('store-unreachable', `ClickHouse at ${location} does not answer: ${clickHouseMessage(error)}`, {
    cause: error,
  });
}
