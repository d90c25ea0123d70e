import type { Context } from 'koa';
import type { TenantName } from '../../channels/brands.ts';
import { HttpError } from './problem.ts';
import { enterTenant, type TenantAccess } from './tenant.ts';

/** Longest that a request waits: below what proxies usually allow. */
const WAIT_MAX_SECONDS = 30;

/** The store's mark, as the edge needs to know it. */
export interface MarkDirectory {
  /** Resolves with the positions once everything published before the call is stored. Aborted: nobody waits any more. */
  settled(tenant: TenantName, signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
}

export interface MarkRouteOptions extends TenantAccess {
  readonly marks: MarkDirectory;
}

/**
 * GET /v1/tenants/{tenant}/mark: answers 200 once everything that was on the tenant's channels when the request came is
 * stored, with the positions; 503 after half a minute. A test asks this instead of sleeping.
 */
export async function getMark(options: MarkRouteOptions, context: Context, name: string | undefined): Promise<void> {
  const tenant = await enterTenant(options, context.req, name, 'sql:read');
  const waiting = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new HttpError('unavailable', `the store is more than ${WAIT_MAX_SECONDS} seconds behind: ask again`));
    }, WAIT_MAX_SECONDS * 1000);
  });
  const left = new Promise<undefined>((resolve) => {
    context.res.once('close', () => {
      resolve(undefined);
    });
  });
  try {
    const positions = await Promise.race([options.marks.settled(tenant, waiting.signal), late, left]);
    if (positions) context.body = { positions };
  } finally {
    clearTimeout(timer);
    waiting.abort();
  }
}
