import Router from '@koa/router';
import Koa, { type Context, type Next } from 'koa';
import type { TenantName } from '../../channels/brands.ts';
import type { RegisteredSchemas } from '../../channels/registered-schemas.ts';
import type { LoadShedder } from '../load-shedding/load-shedder.ts';
import type { Log } from '../log.ts';
import type { KeyStore } from '../keys/store.ts';
import { isLoopbackHost, type Access } from './access.ts';
import { createAdmission, type Admission } from './admission.ts';
import { serveConnectors, upgradeConnectors, type ConnectorMount } from './connector-routes.ts';
import { getErrorPage } from './error-pages.ts';
import { postEvents, type ExternalPublisher } from './events-route.ts';
import { getHealth, getReadiness, type ReadinessCheck } from './health-routes.ts';
import { createListener, ListenError, type ListenAddress } from './listener.ts';
import { getMark, type MarkDirectory } from './mark-route.ts';
import type { Metrics } from './metrics.ts';
import { isUnrouted, problems } from './problem-middleware.ts';
import { pingSql, serveSql, type SqlHandler } from './sql-route.ts';
import { enterTenant, tenantInPath, type TenantDirectory } from './tenant.ts';

export interface HttpServerOptions {
  readonly keys: KeyStore;
  readonly tenants: TenantDirectory;
  readonly publisher: ExternalPublisher;
  /** The schemas of a tenant's own event types, where it has any. */
  readonly registered?: (tenant: TenantName) => RegisteredSchemas | undefined;
  /** Asked at each request: connectors come with tenants. */
  readonly connectors: () => readonly ConnectorMount[];
  readonly readiness: readonly ReadinessCheck[];
  readonly metrics: Metrics;
  readonly sql?: SqlHandler;
  readonly marks?: MarkDirectory;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly admission?: Admission;
  /** Default: however much waits, more is taken. */
  readonly loadShedder?: Pick<LoadShedder, 'check'>;
}

export interface HttpServer {
  /**
   * Resolves with the port. Rejects with ListenError: `listen-without-keys` off loopback while there is no key,
   * `port-taken`, `listen-failed`.
   */
  listen(address: ListenAddress): Promise<number>;
  /** /readyz says 503 from now on, so that a balancer looks elsewhere; requests are still served. */
  drain(): void;
  /** Drains, waits up to `graceMs` for requests under way, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

export function createHttpServer(options: HttpServerOptions): HttpServer {
  let loopback = false;
  let closing = false;
  const access: Access = { keys: options.keys, isLoopback: () => loopback };
  const app = createApp(options, access, () => closing);
  const handle = app.callback();
  const listener = createListener((request, response) => void handle(request, response));
  listener.server.on('upgrade', (request, socket, head) => {
    if (closing || !upgradeConnectors(options.connectors(), request, socket, head)) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    }
  });
  return {
    async listen(address) {
      loopback = 'socketPath' in address || isLoopbackHost(address.host);
      if (!loopback) await refuseWithoutKeys(options.keys, address);
      return listener.listen(address);
    },
    drain() {
      closing = true;
    },
    async close(graceMs) {
      closing = true;
      await listener.close(graceMs);
    },
  };
}

async function refuseWithoutKeys(keys: KeyStore, address: ListenAddress): Promise<void> {
  const usable = (await keys.list()).some(({ revokedAt }) => revokedAt === undefined);
  if (usable) return;
  const where = 'host' in address ? address.host : '';
  throw new ListenError(
    'listen-without-keys',
    `${where} can be reached from elsewhere and there is no key yet: run \`parlance keys create --tenant NAME\`, or listen on 127.0.0.1`,
  );
}

function createApp(options: HttpServerOptions, access: Access, closing: () => boolean): Koa {
  const { metrics, tenants, publisher, registered, loadShedder, sql, now } = options;
  const admission = options.admission ?? createAdmission();
  const events = {
    access,
    tenants,
    publisher,
    registered,
    admission,
    loadShedder,
    accepted: metrics.eventsAccepted,
    now,
  };
  const router = new Router();
  router.post('/v1/tenants/:tenant/channels/external/events', (context) =>
    postEvents(events, context, context.params['tenant']),
  );
  if (sql) {
    const query = { access, tenants, sql };
    router.get('/v1/tenants/:tenant/sql', (context) => serveSql(query, context, context.params['tenant']));
    router.get('/v1/tenants/:tenant/sql/ping', (context) => pingSql(query, context, context.params['tenant']));
    router.post('/v1/tenants/:tenant/sql', (context) => serveSql(query, context, context.params['tenant']));
  }
  const { marks } = options;
  if (marks) {
    router.get('/v1/tenants/:tenant/mark', (context) =>
      getMark({ access, tenants, marks }, context, context.params['tenant']),
    );
  }
  router.get('/healthz', getHealth);
  router.get('/readyz', (context) => getReadiness(options.readiness, closing(), context));
  router.get('/metrics', async (context) => {
    context.type = metrics.registry.contentType;
    context.body = await metrics.registry.metrics();
  });
  router.get('/errors/:code', (context) => {
    getErrorPage(context, context.params['code']);
  });

  const app = new Koa();
  // Whatever happens is answered and logged by `problems`; what is left is a client gone in the middle of an answer.
  app.silent = true;
  app.use(measure(metrics));
  app.use(problems(options.log));
  app.use(async (context, next) => {
    if (!(await serveConnectors(access, options.connectors(), context))) await next();
  });
  app.use(async (context, next) => {
    await next();
    // Nothing is there, mostly because the tenant is unknown. Strangers are told the same where it is known.
    const name = isUnrouted(context) ? tenantInPath(context.path) : undefined;
    if (name !== undefined) await enterTenant({ access, tenants }, context.req, name, undefined);
  });
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}

/** By route pattern, so that what strangers make up adds no series. */
function measure(metrics: Metrics): (context: Context, next: Next) => Promise<void> {
  return async (context, next) => {
    const end = metrics.requestSeconds.startTimer();
    await next();
    const { _matchedRoute: route } = context as { _matchedRoute?: string };
    end({ method: context.method, route: route ?? 'other', status: context.status.toString() });
  };
}
