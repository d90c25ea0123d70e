import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TenantName } from '../../channels/brands.ts';
import { SECRET_PREFIX, type Environment } from './environment.ts';

export interface SecretSources {
  readonly environment: Environment;
  /** Holds a file `<tenant>/<name>` for each secret. */
  readonly folder: string | undefined;
}

/** What may name a secret; it never leads out of the folder. */
const SECRET_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

/**
 * Reads a tenant's secrets by name, each time anew, so that a changed file counts at once; a variable wins over a file.
 * Resolves undefined where there is none of that name. Rejects where a file is there and can not be read.
 */
export function secretsOf(
  tenant: TenantName,
  { environment, folder }: SecretSources,
): (name: string) => Promise<string | undefined> {
  return async (name) => {
    if (!SECRET_NAME.test(name)) return undefined;
    const variable = variableOf(tenant, name);
    const value = variable === undefined ? undefined : environment[variable];
    if (value) return value;
    return folder === undefined ? undefined : fromFile(join(folder, tenant, name));
  };
}

/**
 * `acme`, `bookingKey` → `PARLANCE_SECRET_ACME__BOOKING_KEY`. Undefined where tenant or name could be taken for
 * another's: no tenant must get at another tenant's secret by a clever name.
 */
function variableOf(tenant: TenantName, name: string): string | undefined {
  const words = name
    .replaceAll(/(?<=[a-z0-9])[A-Z]/g, '_$&')
    .replaceAll('-', '_')
    .toUpperCase();
  const isAmbiguous = /--|-$/.test(tenant) || words.startsWith('_') || words.includes('__');
  return isAmbiguous ? undefined : `${SECRET_PREFIX}${tenant.replaceAll('-', '_').toUpperCase()}__${words}`;
}

async function fromFile(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
