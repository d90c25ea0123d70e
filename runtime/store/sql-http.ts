/** ClickHouse's HTTP interface, read-only: what curl, @clickhouse/client and other tools send to a server. */
import type { Readable } from 'node:stream';
import type { TenantName } from '../../channels/brands.ts';
import { StoreError } from './errors.ts';
import type { QueryParameters, Store } from './port.ts';
import { gzipped, uncompressed, wantsGzip } from './sql/compression.ts';
import { formatOf, isOutputFormat } from './sql/formats.ts';
import { SqlGate } from './sql/gate.ts';
import { responseHeaders } from './sql/response-headers.ts';
import { analystDatabase, tenantDatabase } from './views.ts';

export interface SqlHttpRequest {
  /** Whose rows; undefined: an operator, who sees all tenants and ClickHouse's system tables. */
  readonly tenant?: TenantName;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
  readonly signal?: AbortSignal;
}

export interface SqlHttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Readable;
}

export interface SqlOverHttp {
  /** Never rejects: an error is a response as ClickHouse would send it. */
  handle(request: SqlHttpRequest): Promise<SqlHttpResponse>;
}

/** Of one statement; a tool may ask for less. Seconds, bytes, bytes (a result is held in memory in most formats). */
const LIMITS = { max_execution_time: '60', max_memory_usage: '2000000000', max_result_bytes: '268435456' } as const;

/** What a request may set: how a result is written, and limits within ours. */
const SETTABLE =
  /^(output_format_(json|csv|tsv|pretty|decimal|write)_\w+|date_time_output_format|join_use_nulls|max_result_rows|extremes)$/;

/** Uncompressed: ClickHouse's own `max_query_size` is 256 KiB; parameters and lists of values may be more. */
const MAX_STATEMENT_BYTES = 4 * 1024 * 1024;

const DEFAULT_FORMAT = 'TabSeparated';

export function sqlOverHttp(store: Store): SqlOverHttp {
  const gate = new SqlGate(store);
  return {
    handle: async (request) => {
      try {
        return encoded(request, await answer(store, gate, request));
      } catch (error) {
        return errorResponse(request, error);
      }
    },
  };
}

function encoded(request: SqlHttpRequest, response: SqlHttpResponse): SqlHttpResponse {
  if (!wantsGzip(request.query, header(request, 'accept-encoding') ?? '')) return response;
  return {
    status: response.status,
    headers: { ...response.headers, 'content-encoding': 'gzip', vary: 'Accept-Encoding' },
    body: gzipped(response.body),
  };
}

async function answer(store: Store, gate: SqlGate, request: SqlHttpRequest): Promise<SqlHttpResponse> {
  const { query, tenant, signal } = request;
  const database = tenant === undefined ? analystDatabase(store.database) : tenantDatabase(store.database, tenant);
  checkDatabase(query.get('database'), database);
  const body = uncompressed(request.body, header(request, 'content-encoding') ?? '', MAX_STATEMENT_BYTES);
  const text = [query.get('query') ?? '', body.toString('utf8')].join('\n').trim();
  // A server answers `Ok.` to an empty GET, which tools use to see whether it is there.
  if (text === '') return { status: 200, headers: responseHeaders(query, 'TabSeparated'), body: 'Ok.\n' };
  const parameters = parametersOf(query);
  const sql = await gate.check({ sql: text, parameters, database, confined: tenant !== undefined });
  const wanted = query.get('default_format') ?? header(request, 'x-clickhouse-format') ?? DEFAULT_FORMAT;
  if (!isOutputFormat(wanted)) throw new StoreError('sql-refused', `the format ${wanted} is not allowed here`);
  const settings = { ...LIMITS, ...settingsOf(query) };
  const result = await store.read({ sql, parameters, database, format: wanted, settings, ...(signal && { signal }) });
  return { status: 200, headers: responseHeaders(query, formatOf(sql) ?? wanted), body: result };
}

/** Tools name the database `default` where nobody told them another. */
function checkDatabase(asked: string | null, own: string): void {
  if (asked === null || asked === '' || asked === 'default' || asked === own) return;
  throw new StoreError('sql-refused', `the database ${asked} can not be chosen here: leave it out`);
}

function parametersOf(query: URLSearchParams): QueryParameters {
  const parameters: Record<string, string> = {};
  for (const [name, value] of query) {
    const [, parameter] = /^param_(\w+)$/.exec(name) ?? [];
    if (parameter !== undefined) parameters[parameter] = value;
  }
  return parameters;
}

function settingsOf(query: URLSearchParams): Readonly<Record<string, string>> {
  return Object.fromEntries([...query].filter(([name]) => SETTABLE.test(name)));
}

function header(request: SqlHttpRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

/** Codes of ClickHouse that are the asker's mistake, by HTTP status. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  60: 404,
  81: 404,
  497: 403,
  164: 403,
  159: 408,
  160: 408,
  241: 507,
};

const ACCESS_DENIED = 497;

function errorResponse({ query }: SqlHttpRequest, error: unknown): SqlHttpResponse {
  const text =
    error instanceof StoreError ? clickHouseText(error) : 'Code: 1001. DB::Exception: internal error (STD_EXCEPTION)';
  const code = /^Code: (\d+)/.exec(text)?.[1] ?? '0';
  const unreachable = error instanceof StoreError && error.code === 'store-unreachable';
  const unknown = error instanceof StoreError ? 400 : 500;
  return {
    status: unreachable ? 503 : (STATUS_OF_CODE[code] ?? unknown),
    headers: { ...responseHeaders(query, 'Null'), 'x-clickhouse-exception-code': code },
    body: `${text}\n`,
  };
}

function clickHouseText(error: StoreError): string {
  if (error.code === 'sql-refused') return `Code: ${ACCESS_DENIED}. DB::Exception: ${error.message}. (ACCESS_DENIED)`;
  return error.code === 'sql-failed' ? error.message : `Code: 210. DB::Exception: ${error.message}. (NETWORK_ERROR)`;
}
