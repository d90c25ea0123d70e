import { chmod, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import Router from '@koa/router';
import Koa, { type Context } from 'koa';
import type { Log } from '../log.ts';
import { adminSocket } from './admin-socket.ts';
import { readBody } from './body.ts';
import { serveConnectors, type ConnectorMount } from './connector-routes.ts';
import { MAX_ROUTE_BODY_BYTES } from './limits.ts';
import { createListener, ListenError } from './listener.ts';
import { HttpError } from './problem.ts';
import { isUnrouted, problems } from './problem-middleware.ts';
import type { SqlOverHttp } from '../store/sql-http.ts';
import { parseTenantName, unknownTenant } from '../events/tenant.ts';
import { tenantInPath } from './tenant.ts';
import type { TenantAdmin } from './tenant-admin.ts';

const MAX_ADMIN_BODY_BYTES = 16 * 1024;

export interface AdminServer {
  /** Listens on `<data folder>/admin.sock`, for this user only. Rejects with ListenError. */
  listen(dataFolder: string): Promise<void>;
  close(graceMs: number): Promise<void>;
}

/**
 * POST and GET /v1/tenants, POST /v1/tenants/{tenant}/growth (without `drainSeconds`: only what it would do), POST /v1/sql (all tenants) and /v1/tenants/{tenant}/sql, for the command line while the
 * platform holds the data folder.
 */
export function createAdminServer(
  tenants: TenantAdmin,
  log: Log,
  sql?: SqlOverHttp,
  /** Their routes with a scope are served here as well, without a key. */
  mounts: () => readonly ConnectorMount[] = () => [],
): AdminServer {
  const router = new Router();
  router.post('/v1/tenants', async (context) => {
    const { name, partitions } = parseTenant(await readBody(context.req, MAX_ADMIN_BODY_BYTES));
    context.body = await tenants.create(name, partitions);
  });
  router.get('/v1/tenants', async (context) => {
    context.body = { tenants: await tenants.list() };
  });
  router.post('/v1/tenants/:tenant/growth', async (context) => {
    const { tenant = '' } = context.params;
    const { partitions, drainSeconds } = parseGrowth(await readBody(context.req, MAX_ADMIN_BODY_BYTES));
    context.body = await (drainSeconds === undefined
      ? tenants.planGrowth(tenant, partitions)
      : tenants.grow(tenant, { partitions, drainSeconds }));
  });
  if (sql) {
    router.post('/v1/sql', (context) => serveAdminSql(sql, context));
    router.post('/v1/tenants/:tenant/sql', (context) => serveAdminSql(sql, context, context.params['tenant']));
  }
  const app = new Koa();
  app.silent = true;
  app.use(problems(log));
  app.use(async (context, next) => {
    if (!(await serveConnectors(undefined, mounts(), context))) await next();
  });
  app.use(async (context, next) => {
    await next();
    const name = isUnrouted(context) ? tenantInPath(context.path) : undefined;
    const known = name === undefined ? [] : (await tenants.list()).map((tenant) => tenant.name);
    if (name !== undefined && !known.includes(name)) throw unknownTenant(name, known);
  });
  app.use(router.routes()).use(router.allowedMethods());
  const handle = app.callback();
  const listener = createListener((request, response) => void handle(request, response));
  return {
    async listen(dataFolder) {
      const socketPath = adminSocket(dataFolder);
      await removeStale(socketPath);
      // Node creates the socket before `listen` returns: nobody else can connect, not even for a moment.
      const mask = process.umask(0o177);
      try {
        const listening = listener.listen({ socketPath });
        process.umask(mask);
        await listening;
      } finally {
        process.umask(mask);
      }
      await chmod(socketPath, 0o600);
    },
    close: (graceMs) => listener.close(graceMs),
  };
}

async function serveAdminSql(sql: SqlOverHttp, context: Context, tenant?: string): Promise<void> {
  const gone = new AbortController();
  context.res.once('close', () => {
    gone.abort();
  });
  const { status, headers, body } = await sql.handle({
    ...(tenant !== undefined && { tenant: parseTenantName(tenant) }),
    query: new URLSearchParams(context.querystring),
    headers: context.req.headers,
    body: await readBody(context.req, MAX_ROUTE_BODY_BYTES),
    signal: gone.signal,
  });
  context.status = status;
  context.set({ ...headers });
  context.body = body;
}

/** A process that was killed leaves its socket behind; one that answers is alive. */
async function removeStale(socketPath: string): Promise<void> {
  const alive = await new Promise<boolean>((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
  if (alive) {
    throw new ListenError('admin-socket-busy', `another process answers on ${socketPath}: it uses this data folder`);
  }
  await rm(socketPath, { force: true });
}

function parseObject(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(body.toString('utf8')) ?? {}) as Record<string, unknown>;
  } catch (cause) {
    throw new HttpError('request-malformed', 'the body is no JSON', { cause });
  }
}

function parseGrowth(body: Buffer): { readonly partitions: number; readonly drainSeconds: number | undefined } {
  const { partitions, drainSeconds } = parseObject(body);
  if (typeof partitions !== 'number' || (drainSeconds !== undefined && typeof drainSeconds !== 'number')) {
    throw new HttpError('request-malformed', 'expected {"partitions": whole number, "drainSeconds": number}');
  }
  return { partitions, drainSeconds };
}

function parseTenant(body: Buffer): { readonly name: string; readonly partitions: number } {
  const { name, partitions } = parseObject(body);
  if (typeof name !== 'string' || typeof partitions !== 'number') {
    throw new HttpError('request-malformed', 'expected {"name": text, "partitions": whole number}');
  }
  return { name, partitions };
}
