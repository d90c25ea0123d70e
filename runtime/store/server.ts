import type { Readable } from 'node:stream';
import { ClickHouseLogLevel, createClient, type ClickHouseClient, type DataFormat } from '@clickhouse/client';
import type { ReadRequest, Store } from './port.ts';
import { clientCalls, sqlFailed } from './calls.ts';
import { StoreError } from './errors.ts';

/** One insert of a full batch may wait for merges; beyond this it is retried under its token. Milliseconds. */
const REQUEST_TIMEOUT_MS = 60_000;

/** Every error reaches the caller, who says it once. */
const SILENT = { level: ClickHouseLogLevel.OFF } as const;

export function openServerStore(url: string): Store {
  const location = withoutCredentials(url);
  const open = (database = 'default'): ClickHouseClient =>
    createClient({ url, database, request_timeout: REQUEST_TIMEOUT_MS, application: 'parlance', log: SILENT });
  const ingest = open();
  const queries = open();
  return {
    kind: 'server',
    location,
    ...clientCalls(location, ingest, queries),
    read: async (request): Promise<Readable> => {
      const client = open(request.database);
      try {
        const { stream } = await client.exec(execution(request));
        return stream.once('close', () => void client.close());
      } catch (error) {
        await client.close();
        throw sqlFailed(location, error);
      }
    },
    close: async () => {
      await Promise.all([ingest.close(), queries.close()]);
    },
  };
}

/** Over HTTP every request is a session of its own, and `readonly` comes with it. */
function execution(request: ReadRequest): Parameters<ReturnType<typeof createClient>['exec']>[0] {
  return {
    query: request.sql,
    query_params: { ...request.parameters },
    clickhouse_settings: {
      ...request.settings,
      default_format: request.format as DataFormat,
      readonly: '1',
    },
    ...(request.signal && { abort_signal: request.signal }),
  };
}

function withoutCredentials(text: string): string {
  try {
    const url = new URL(text);
    url.username = '';
    url.password = '';
    return url.href;
  } catch (error) {
    throw new StoreError('store-url-invalid', 'the ClickHouse URL cannot be read: write http://HOST:PORT', {
      cause: error,
    });
  }
}
