import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Context } from 'koa';
import type { HttpRoute, UpgradeRoute } from '../../connectors/port.ts';
import type { TenantName } from '../../channels/brands.ts';
import { authorize, type Access } from './access.ts';
import { readBody } from './body.ts';
import { MAX_ROUTE_BODY_BYTES } from './limits.ts';
import { HttpError, tenantGrowing } from './problem.ts';

/**
 * A connector's routes and where they hang: its path `/chat/` under the prefix `/acme` is served at `/acme/chat/`; one
 * with a scope, `/handoffs`, at `/v1/tenants/acme/handoffs`.
 */
export interface ConnectorMount {
  readonly tenant: TenantName;
  /** Empty, or with a slash in front and none at the end. */
  readonly prefix: string;
  readonly routes: readonly HttpRoute[];
  readonly upgrades: readonly UpgradeRoute[];
  /** While it is so, all answer that the tenant grows. Default: never. */
  readonly isHeld?: () => boolean;
}

interface Match {
  readonly tenant: TenantName;
  readonly isHeld: boolean;
  readonly route: HttpRoute;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Serves the request if a connector has a route for it; false where none has the path. Without `access`, scopes are not
 * asked for: whoever reaches the server may do everything.
 */
export async function serveConnectors(
  access: Access | undefined,
  mounts: readonly ConnectorMount[],
  context: Context,
): Promise<boolean> {
  const here = mounts.flatMap((mount) => matches(mount, context.path));
  if (here.length === 0) return false;
  const method = context.method === 'HEAD' ? 'GET' : context.method;
  const match = here.find(({ route }) => route.method === method);
  if (!match) {
    const allowed = here.map(({ route }) => route.method).join(', ');
    throw new HttpError('method-not-allowed', `${context.path} takes ${allowed}`, { headers: { Allow: allowed } });
  }
  const { route, tenant, parameters } = match;
  if (match.isHeld) throw tenantGrowing(tenant);
  if (route.scope && access) await authorize(access, context.req, tenant, route.scope);
  const response = await route.handle({
    headers: singleHeaders(context.req),
    query: new URLSearchParams(context.querystring),
    parameters,
    body: await readBody(context.req, route.maxBodyBytes ?? MAX_ROUTE_BODY_BYTES),
  });
  context.status = response.status;
  context.set({ ...response.headers });
  context.body = response.body;
  return true;
}

function matches({ tenant, prefix, routes, isHeld }: ConnectorMount, path: string): readonly Match[] {
  return routes.flatMap((route) => {
    const base = route.scope === undefined ? prefix : `/v1/tenants/${tenant}`;
    const parameters = path.startsWith(base) ? parametersOf(route.path, path.slice(base.length)) : undefined;
    return parameters ? [{ tenant, isHeld: isHeld?.() === true, route, parameters }] : [];
  });
}

/** Undefined where `path` is not of the pattern. */
function parametersOf(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  if (!pattern.includes('/:')) return path === pattern ? {} : undefined;
  const expected = pattern.split('/');
  const segments = path.split('/');
  if (segments.length !== expected.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, name] of expected.entries()) {
    const segment = segments[index] ?? '';
    if (!name.startsWith(':')) {
      if (segment !== name) return undefined;
    } else {
      const value = decoded(segment);
      if (!value) return undefined;
      parameters[name.slice(1)] = value;
    }
  }
  return parameters;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** Hands the socket of an upgrade to the connector that asked for its path; false where none did, or may just now. */
export function upgradeConnectors(
  mounts: readonly ConnectorMount[],
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): boolean {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  for (const { prefix, upgrades, isHeld } of mounts) {
    if (isHeld?.() === true) continue;
    const upgrade = upgrades.find((candidate) => prefix + candidate.path === path);
    if (upgrade) {
      upgrade.handle(request, socket, head);
      return true;
    }
  }
  return false;
}

function singleHeaders(request: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
