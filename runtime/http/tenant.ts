import type { IncomingMessage } from 'node:http';
import type { TenantName } from '../../channels/brands.ts';
import type { Scope } from '../keys/key.ts';
import { authorize, type Access } from './access.ts';
import { HttpError } from './problem.ts';

/** Which tenants there are, as the edge needs to know it. */
export interface TenantDirectory {
  has(tenant: TenantName): Promise<boolean> | boolean;
  /** Whether nothing new may be let in for it just now. Default: never. */
  isHeld?(tenant: TenantName): boolean;
}

const TENANT_NAME = /^[a-z][a-z0-9-]{0,62}$/;

/** What it takes to let a request for a tenant in. */
export interface TenantAccess {
  readonly access: Access;
  readonly tenants: TenantDirectory;
}

/** The tenant that a path names, where the request's key opens it for `scope` (undefined: for anything). Throws what `authorize` does, or `tenant-unknown`. */
export async function enterTenant(
  { access, tenants }: TenantAccess,
  request: IncomingMessage,
  name: string | undefined,
  scope: Scope | undefined,
): Promise<TenantName> {
  const tenant = tenantNamed(name);
  await authorize(access, request, tenant, scope);
  // Only after the key was checked, so that strangers cannot find out who our customers are.
  if (!(await tenants.has(tenant))) throw tenantUnknown(tenant);
  return tenant;
}

/** The name in a path below a tenant; undefined in any other. */
export function tenantInPath(path: string): string | undefined {
  return /^\/v1\/tenants\/([^/]+)\/./.exec(path)?.[1];
}

/** The name in a path. Throws `tenant-unknown` where it cannot be one. */
function tenantNamed(name: string | undefined): TenantName {
  if (name === undefined || !TENANT_NAME.test(name)) throw tenantUnknown(name ?? '');
  return name as TenantName;
}

function tenantUnknown(name: string): HttpError {
  return new HttpError('tenant-unknown', `there is no tenant "${name}": \`parlance tenants list\` shows them`);
}
