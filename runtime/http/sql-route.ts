import type { Readable } from 'node:stream';
import type { Context } from 'koa';
import type { TenantName } from '../../channels/brands.ts';
import { readBody } from './body.ts';
import { MAX_ROUTE_BODY_BYTES } from './limits.ts';
import { enterTenant, type TenantAccess } from './tenant.ts';

/** A request of ClickHouse's HTTP interface, already authorized for the tenant: the handler restricts it to that. */
export interface SqlRequest {
  readonly tenant: TenantName;
  readonly method: 'GET' | 'POST';
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

export interface SqlResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | Readable;
}

export interface SqlHandler {
  handle(request: SqlRequest): Promise<SqlResponse>;
}

export interface SqlRouteOptions extends TenantAccess {
  readonly sql: SqlHandler;
}

/** GET /v1/tenants/{tenant}/sql/ping: what ClickHouse's clients ask to see whether a server is there. */
export async function pingSql(options: SqlRouteOptions, context: Context, name: string | undefined): Promise<void> {
  await enterTenant(options, context.req, name, 'sql:read');
  context.body = 'Ok.\n';
}

/** GET and POST /v1/tenants/{tenant}/sql, read-only. */
export async function serveSql(options: SqlRouteOptions, context: Context, name: string | undefined): Promise<void> {
  const tenant = await enterTenant(options, context.req, name, 'sql:read');
  const gone = new AbortController();
  context.res.once('close', () => {
    gone.abort();
  });
  const response = await options.sql.handle({
    tenant,
    method: context.method === 'POST' ? 'POST' : 'GET',
    query: new URLSearchParams(context.querystring),
    headers: context.req.headers,
    body: await readBody(context.req, MAX_ROUTE_BODY_BYTES),
    signal: gone.signal,
  });
  context.status = response.status;
  context.set({ ...response.headers });
  context.body = response.body;
}
