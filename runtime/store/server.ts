import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { request as httpRequest } from 'undici';
import type { Layout } from './layout.ts';
import type { ReadRequest, Store } from './port.ts';
import { CLUSTER_QUERY_SETTINGS, clientCalls, sqlFailed, type InsertRows } from './calls.ts';
import { StoreError } from './errors.ts';
import { PackedEvents } from './packed-events.ts';

/** One insert of a full batch may wait for merges; beyond this it is retried under its token. Milliseconds. */
const REQUEST_TIMEOUT_MS = 60_000;

/** A migration, a merge or a deletion. Milliseconds. */
const COMMAND_TIMEOUT_MS = 2 * 3_600_000;

/** Proxies in between mostly give a connection up that says nothing for some minutes: it says something in its headers. */
const HEARD_FROM = { send_progress_in_http_headers: 1, http_headers_progress_interval_ms: '50000' } as const;

/** What goes wrong after the first rows comes as text, which is no row, and not in the form of one. */
const LATE_ERRORS_AS_TEXT = { http_write_exception_in_output_format: '0' } as const;

/** Of those two hours: a line of progress takes some 250 bytes. */
const HEADERS_BYTES = 256 * 1024;

export interface ServerOptions {
  readonly url: string;
  readonly database: string;
  readonly layout: Layout;
  readonly username?: string;
  readonly password?: string;
}

interface Address {
  /** Without credentials. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

export function openServerStore(options: ServerOptions): Store {
  const { layout } = options;
  const address = addressOf(options);
  const open = (timeoutMs: number): ClickHouseClient =>
    createClient({
      ...address,
      request_timeout: timeoutMs,
      max_response_headers_size: HEADERS_BYTES,
      application: 'parlance',
      // Every error reaches the caller, who says it once.
      log: { level: ClickHouseLogLevel.OFF },
    });
  const ingest = open(REQUEST_TIMEOUT_MS);
  const queries = open(REQUEST_TIMEOUT_MS);
  const commands = open(COMMAND_TIMEOUT_MS);
  const insertRows: InsertRows = async (table, rows, settings) => {
    const clickhouse_settings = settings;
    if (rows instanceof PackedEvents) {
      const query = `INSERT INTO ${table} (${PackedEvents.columns.join(', ')}) FORMAT Native`;
      const values = Readable.from(rows.native, { objectMode: false });
      await finished((await ingest.exec({ query, values, clickhouse_settings })).stream.resume());
    } else await ingest.insert({ table, values: [...rows], format: 'JSONEachRow', clickhouse_settings });
  };
  return {
    kind: 'server',
    database: options.database,
    location: address.url,
    layout,
    ...clientCalls({ location: address.url, layout }, insertRows, queries, async (query) => {
      await commands.command({ query, clickhouse_settings: HEARD_FROM });
    }),
    read: (request) => read(address, layout, request),
    close: async () => {
      await Promise.all([ingest.close(), queries.close(), commands.close()]);
    },
  };
}

/**
 * Over HTTP every request is a session of its own, and `readonly` comes with it. Not through the official client:
 * it would escape parameters again that came escaped from one.
 */
async function read(address: Address, layout: Layout, request: ReadRequest): Promise<Readable> {
  const target = new URL(address.url);
  const parameters = Object.entries(request.parameters).map(([name, value]) => [`param_${name}`, value] as const);
  const { database, format } = request;
  const onCluster = layout.cluster === undefined ? {} : CLUSTER_QUERY_SETTINGS;
  // It would go on for nobody. Before `readonly`, which allows no change of settings.
  const always = { cancel_http_readonly_queries_on_client_close: '1', ...LATE_ERRORS_AS_TEXT };
  const asked = { ...always, ...onCluster, ...request.settings, database, default_format: format, readonly: '1' };
  for (const [name, value] of [...Object.entries(asked), ...parameters]) target.searchParams.set(name, value);
  try {
    const { statusCode, body } = await httpRequest(target, {
      method: 'POST',
      body: request.sql,
      headers: { authorization: `Basic ${Buffer.from(`${address.username}:${address.password}`).toString('base64')}` },
      ...(request.signal && { signal: request.signal }),
    });
    if (statusCode === 200) return body;
    throw new StoreError('sql-failed', (await body.text()).trim());
  } catch (error) {
    throw sqlFailed(address.url, error);
  }
}

function addressOf({ url: text, username, password }: ServerOptions): Address {
  try {
    const url = new URL(text);
    const address = {
      username: username ?? (decodeURIComponent(url.username) || 'default'),
      password: password ?? decodeURIComponent(url.password),
    };
    url.username = '';
    url.password = '';
    return { url: url.href, ...address };
  } catch (error) {
    throw new StoreError('store-url-invalid', 'the ClickHouse URL cannot be read: write http://HOST:PORT', {
      cause: error,
    });
  }
}
