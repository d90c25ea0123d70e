import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Context } from 'koa';
import type { HttpRoute, UpgradeRoute } from '../../connectors/port.ts';
import { readBody } from './body.ts';
import { MAX_ROUTE_BODY_BYTES } from './limits.ts';
import { HttpError } from './problem.ts';

/** A connector's routes and where they hang: its path `/chat/` under the prefix `/acme` is served at `/acme/chat/`. */
export interface ConnectorMount {
  /** Empty, or with a slash in front and none at the end. */
  readonly prefix: string;
  readonly routes: readonly HttpRoute[];
  readonly upgrades: readonly UpgradeRoute[];
}

/** Serves the request if a connector has a route for it; false where none has the path. */
export async function serveConnectors(mounts: readonly ConnectorMount[], context: Context): Promise<boolean> {
  const here = mounts.flatMap(({ prefix, routes }) => routes.filter(({ path }) => prefix + path === context.path));
  if (here.length === 0) return false;
  const method = context.method === 'HEAD' ? 'GET' : context.method;
  const route = here.find((candidate) => candidate.method === method);
  if (!route) {
    const allowed = here.map((candidate) => candidate.method).join(', ');
    throw new HttpError('method-not-allowed', `${context.path} takes ${allowed}`, { headers: { Allow: allowed } });
  }
  const response = await route.handle({
    headers: singleHeaders(context.req),
    query: new URLSearchParams(context.querystring),
    body: await readBody(context.req, MAX_ROUTE_BODY_BYTES),
  });
  context.status = response.status;
  context.set({ ...response.headers });
  context.body = response.body;
  return true;
}

/** Hands the socket of an upgrade to the connector that asked for its path; false where none did. */
export function upgradeConnectors(
  mounts: readonly ConnectorMount[],
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): boolean {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  for (const { prefix, upgrades } of mounts) {
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
