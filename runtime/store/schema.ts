import type { TenantName } from '../../channels/brands.ts';
import { StoreError } from './errors.ts';
import { foundation, migrations, migrationsTable } from './migrations/all.ts';
import type { Migration } from './migrations/migration.ts';
import type { Store } from './port.ts';
import { analystViews, tenantViews } from './views.ts';

/**
 * Brings the tables to this version's shape; safe to call at every start, and again after a crash half-way. Rejects
 * with `store-newer` where a newer Parlance has been here.
 */
export async function applySchema(
  store: Store,
  known: readonly Migration[] = migrations(store.database),
): Promise<void> {
  for (const statement of foundation(store.database)) await store.command(statement);
  const applied = await appliedVersion(store);
  const newest = known.at(-1)?.version ?? 0;
  if (applied > newest) {
    throw new StoreError(
      'store-newer',
      `the store in ${store.location} is at version ${applied}, this Parlance knows ${newest}: start a newer Parlance`,
    );
  }
  for (const migration of known.filter(({ version }) => version > applied)) {
    for (const statement of migration.statements) await store.command(statement);
    const { version, about } = migration;
    await store.insert(migrationsTable(store.database), [{ version, about }], `migration:${version}`);
  }
  for (const statement of analystViews(store.database)) await store.command(statement);
}

/** The database in which a tenant's analysts see their own rows and nothing else. Idempotent. */
export async function createTenantViews(store: Store, tenant: TenantName): Promise<void> {
  for (const statement of tenantViews(store.database, tenant)) await store.command(statement);
}

export async function appliedVersion(store: Store): Promise<number> {
  const [row] = await store.query(`SELECT max(version) AS version FROM ${migrationsTable(store.database)}`);
  return Number(row?.['version'] ?? 0);
}
