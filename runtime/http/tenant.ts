import type { TenantName } from '../../channels/brands.ts';
import { HttpError } from './problem.ts';

/** Which tenants there are, as the edge needs to know it. */
export interface TenantDirectory {
  has(tenant: TenantName): Promise<boolean> | boolean;
}

const TENANT_NAME = /^[a-z][a-z0-9-]{0,62}$/;

/** The name in a path. Throws `tenant-unknown` where it cannot be one. */
export function tenantNamed(name: string | undefined): TenantName {
  if (name === undefined || !TENANT_NAME.test(name)) throw tenantUnknown(name ?? '');
  return name as TenantName;
}

/** Asked after the key was checked, so that strangers cannot find out who our customers are. */
export async function checkTenant(tenants: TenantDirectory, tenant: TenantName): Promise<void> {
  if (!(await tenants.has(tenant))) throw tenantUnknown(tenant);
}

function tenantUnknown(name: string): HttpError {
  return new HttpError('tenant-unknown', `there is no tenant "${name}": \`parlance tenants list\` shows them`);
}
