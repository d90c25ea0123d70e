import type { TenantName } from '../../channels/brands.ts';

const CONTACTS = '/engine/';
const ROUTER = '/router/';

/** Whose events they are, of the loop that steps a partition's contacts; with the journal's generation their source. */
export function contactSource(tenant: TenantName, partition: number): string {
  return `${CONTACTS}${tenant}/${partition}`;
}

/** Likewise, of the loop that routes what comes from outside. */
export function routerSource(tenant: TenantName, partition: number): string {
  return `${ROUTER}${tenant}/${partition}`;
}

/** Whether a source is a loop's, not a gateway's or a broadcast's. */
export function isLoopSource(source: string): boolean {
  return source.startsWith(CONTACTS) || source.startsWith(ROUTER);
}
