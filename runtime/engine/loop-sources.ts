import type { TenantName } from '../../channels/brands.ts';

/** Whose events they are, of the loop that steps a partition's contacts; with the journal's generation their source. */
export function contactSource(tenant: TenantName, partition: number): string {
  return `/engine/${tenant}/${partition}`;
}
