import { Agent, request } from 'undici';
import { ParlanceError } from '../../channels/error.ts';
import { adminSocket } from './admin-socket.ts';
import type { Growth } from '../growth/grow-tenant.ts';
import type { GrowthPlan } from '../growth/plan.ts';
import type { TenantAdmin, TenantSummary } from './tenant-admin.ts';

/** What the running platform answered, under its own code (`tenant-invalid`, `partitions-differ` …). */
export class AdminError extends ParlanceError {}

/** Speaks to the platform that runs on `dataFolder`. */
export function adminClient(dataFolder: string): TenantAdmin & { close(): Promise<void> } {
  const socketPath = adminSocket(dataFolder);
  // Growing a large tenant takes as long as it takes.
  const dispatcher = new Agent({ connect: { socketPath }, headersTimeout: 0 });
  const call = async (method: 'GET' | 'POST', body?: object, path = ''): Promise<unknown> => {
    const response = await request(`http://admin/v1/tenants${path}`, {
      ...{ dispatcher, method },
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const answer: unknown = await response.body.json();
    if (response.statusCode < 300) return answer;
    const { code, detail } = answer as { readonly code: string; readonly detail: string };
    throw new AdminError(code, detail);
  };
  return {
    create: async (name, partitions) => (await call('POST', { name, partitions })) as TenantSummary,
    planGrowth: async (name, partitions) => (await call('POST', { partitions }, growthOf(name))) as GrowthPlan,
    grow: async (name, growth) => (await call('POST', growth, growthOf(name))) as Growth,
    list: async () => ((await call('GET')) as { readonly tenants: readonly TenantSummary[] }).tenants,
    close: () => dispatcher.close(),
  };
}

function growthOf(name: string): string {
  return `/${encodeURIComponent(name)}/growth`;
}

/** Whether a platform answers on the data folder's socket. A socket left behind by a killed one does not. */
export async function platformRuns(dataFolder: string): Promise<boolean> {
  const client = adminClient(dataFolder);
  try {
    await client.list();
    return true;
  } catch (error) {
    // It answered, though with a refusal.
    return error instanceof AdminError;
  } finally {
    await client.close();
  }
}
