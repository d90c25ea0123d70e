import type { IncomingMessage } from 'node:http';
import type { TenantName } from '../../channels/brands.ts';
import type { Scope } from '../keys/key.ts';
import type { KeyStore } from '../keys/store.ts';
import { HttpError } from './problem.ts';

export interface Access {
  readonly keys: KeyStore;
  /** Whether the server listens where only this machine can reach it. Read at each request. */
  isLoopback(): boolean;
}

/**
 * Lets a request through that carries a key of the tenant with the scope (undefined: with any). Without any key ever made for the tenant,
 * on loopback, it lets through what demonstrably comes from this machine: development needs no set-up.
 */
export async function authorize(
  access: Access,
  request: IncomingMessage,
  tenant: TenantName,
  scope: Scope | undefined,
): Promise<void> {
  const token = tokenOf(request);
  if (token === undefined) {
    if (!access.isLoopback() || (await access.keys.requiresKey(tenant))) throw keyMissing(tenant);
    if (!isLocal(request)) {
      throw new HttpError(
        'request-not-local',
        `the request came through a proxy or by another name: create a key, \`parlance keys create --tenant ${tenant}\``,
      );
    }
    return;
  }
  const record = await access.keys.authenticate(token);
  if (!record) throw keyInvalid();
  if (record.tenant !== tenant) throw new HttpError('key-forbidden', `the key is not one of tenant "${tenant}"`);
  if (scope !== undefined && !record.scopes.includes(scope)) {
    throw new HttpError('key-forbidden', `the key lacks the scope "${scope}": it has ${record.scopes.join(', ')}`);
  }
}

/**
 * `Authorization: Bearer KEY`; for ClickHouse's own tools also as the password of Basic or in X-ClickHouse-Key. These send
 * Basic also where nobody gave them a password: then there is no key.
 */
function tokenOf({ headers }: IncomingMessage): string | undefined {
  const { authorization } = headers;
  if (authorization !== undefined) {
    const [scheme = '', credentials = ''] = authorization.trim().split(/\s+/, 2);
    if (/^bearer$/i.test(scheme)) return credentials;
    if (!/^basic$/i.test(scheme)) throw keyInvalid();
    const pair = Buffer.from(credentials, 'base64').toString('utf8');
    if (!pair.endsWith(':')) return pair.slice(pair.indexOf(':') + 1);
  }
  const header = headers['x-clickhouse-key'];
  return typeof header === 'string' && header !== '' ? header : undefined;
}

function keyMissing(tenant: TenantName): HttpError {
  return new HttpError('key-missing', `send "Authorization: Bearer KEY" with a key of tenant "${tenant}"`, {
    headers: { 'WWW-Authenticate': 'Bearer realm="parlance"' },
  });
}

function keyInvalid(): HttpError {
  return new HttpError('key-invalid', 'the key is unknown or revoked', {
    headers: { 'WWW-Authenticate': 'Bearer realm="parlance", error="invalid_token"' },
  });
}

/**
 * A web page elsewhere can make a browser call this machine under a name of its own (DNS rebinding), and a proxy can
 * bring strangers to loopback: neither counts as local.
 */
function isLocal({ headers }: IncomingMessage): boolean {
  const proxied = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => headers[name] !== undefined);
  return !proxied && isLoopbackHost((headers.host ?? '').replace(/:\d+$/, ''));
}

/** `localhost`, `127.x.y.z`, `::1`, `[::1]` */
export function isLoopbackHost(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);
}
