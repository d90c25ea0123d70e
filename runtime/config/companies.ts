import type { TenantName } from '../../channels/brands.ts';
import type { Configuration } from './configuration.ts';

/** What the company of a tenant is called; undefined where the configuration does not say. */
export function companyOf({ companies }: Configuration, tenant: TenantName): string | undefined {
  const entry = companies.find((one) => one.startsWith(`${tenant}=`));
  return entry?.slice(tenant.length + 1);
}
