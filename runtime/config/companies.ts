import type { TenantName } from '../../channels/brands.ts';
import type { Configuration } from './configuration.ts';

/** Of tenants that are named more than once: which name counts would be a guess. */
export function tenantsNamedTwice({ companies }: Configuration): readonly string[] {
  const tenants = companies.map((entry) => entry.slice(0, entry.indexOf('=')));
  return [...new Set(tenants.filter((tenant, index) => tenants.indexOf(tenant) !== index))];
}

/** What the company of a tenant is called; undefined where the configuration does not say. */
export function companyOf({ companies }: Configuration, tenant: TenantName): string | undefined {
  const entry = companies.find((one) => one.startsWith(`${tenant}=`));
  return entry?.slice(tenant.length + 1);
}
