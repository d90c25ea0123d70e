import { setTimeout as sleep } from 'node:timers/promises';
import type { TenantName } from '../../channels/brands.ts';
import { parseTenantName } from '../events/tenant.ts';
import { agingStatements } from './aging.ts';
import { onCluster } from './cluster.ts';
import { StoreError } from './errors.ts';
import { foundation, migrations, migrationsTable } from './migrations/all.ts';
import type { Migration } from './migrations/migration.ts';
import type { Store } from './port.ts';
import { analystViews, tenantDatabase, tenantViews } from './views.ts';

/** Statements that belong together, and what they are for. */
export interface SchemaChange {
  readonly about: string;
  readonly statements: readonly string[];
  /** Of a migration: recorded once its statements have run. */
  readonly version?: number;
}

export interface SchemaPlan {
  /** Of the tables as they are; 0: there are none yet. */
  readonly version: number;
  /** That this program brings them to. */
  readonly newest: number;
  /** In order. The views are always written anew. */
  readonly changes: readonly SchemaChange[];
}

export type OnStatement = (change: SchemaChange, statement: string) => void;

/** What `applySchema` would do now. Changes nothing. Rejects with `store-newer`. */
export async function planSchema(
  store: Store,
  known: readonly Migration[] = migrations(store.database),
): Promise<SchemaPlan> {
  const { database, location } = store;
  const applied = await appliedVersion(store);
  const version = applied ?? 0;
  const newest = known.at(-1)?.version ?? 0;
  if (version > newest) {
    throw new StoreError(
      'store-newer',
      `the store in ${location} is at version ${version}, this Parlance knows ${newest}: start a newer Parlance`,
    );
  }
  const changes: readonly SchemaChange[] = [
    ...(applied === undefined ? [{ about: 'where migrations are recorded', statements: foundation(database) }] : []),
    ...known.filter((migration) => migration.version > version),
    { about: 'what becomes of old rows', statements: await agingStatements(store) },
    { about: VIEWS, statements: analystViews(database) },
  ];
  const placed = changes.map((change) => ({ ...change, statements: statementsFor(store, change.statements) }));
  return { version, newest, changes: placed.filter(({ statements }) => statements.length > 0) };
}

const VIEWS = 'views';

/** By this process, since it opened the store. */
const viewsWritten = new WeakSet<Store>();

const underWay = new WeakMap<Store, Promise<void>>();

/**
 * Brings the tables to this version's shape; safe to call at every start, by any number of processes at once, and again
 * after a crash half-way. Rejects with `store-newer` where a newer Parlance has been here.
 */
export function applySchema(store: Store, known?: readonly Migration[], onStatement?: OnStatement): Promise<void> {
  // All the sinks of a process start at once: one run does for those that wait for it.
  const running = underWay.get(store);
  if (running) return running;
  const run = apply(store, known, onStatement).finally(() => underWay.delete(store));
  underWay.set(store, run);
  return run;
}

async function apply(store: Store, known?: readonly Migration[], onStatement?: OnStatement): Promise<void> {
  const { version: before, newest, changes } = await planSchema(store, known);
  // Sinks start one by one as tenants come: the views of this program are there already.
  const isCurrent = before === newest && viewsWritten.has(store);
  for (const change of changes.filter(({ about }) => !isCurrent || about !== VIEWS)) {
    for (const statement of change.statements) {
      onStatement?.(change, statement);
      await runStatement(store, statement);
    }
    const { version, about } = change;
    if (version !== undefined) {
      await store.insert(migrationsTable(store.database), [{ version, about }], `migration:${version}`);
    }
  }
  viewsWritten.add(store);
}

/** The database in which a tenant's analysts see their own rows and nothing else. Idempotent. */
export async function createTenantViews(store: Store, tenant: TenantName): Promise<void> {
  for (const statement of statementsFor(store, tenantViews(store.database, tenant))) {
    await runStatement(store, statement);
  }
}

/** Those that `createTenantViews` was called for, by any process. */
export async function tenantsWithViews(store: Store): Promise<readonly TenantName[]> {
  const prefix = tenantDatabase(store.database, '' as TenantName);
  const rows = await store.query('SELECT name FROM system.databases ORDER BY name');
  const names = rows.map((row) => String(row['name'])).filter((name) => name.startsWith(prefix));
  return names.map((name) => parseTenantName(name.slice(prefix.length).replaceAll('_', '-')));
}

function statementsFor({ database, layout: { cluster } }: Store, statements: readonly string[]): readonly string[] {
  return cluster === undefined
    ? statements
    : statements.flatMap((statement) => onCluster(statement, { cluster, database }));
}

export function appliedVersionSql(database: string): string {
  return `SELECT max(version) AS version FROM ${migrationsTable(database)}`;
}

/** Undefined where nothing has been stored yet. */
async function appliedVersion(store: Store): Promise<number | undefined> {
  try {
    const [row] = await store.query(appliedVersionSql(store.database));
    return Number(row?.['version'] ?? 0);
  } catch (error) {
    if (NOTHING_THERE.has(codeOf(error))) return undefined;
    throw error;
  }
}

/** Of ClickHouse: no such table, no such database. */
const NOTHING_THERE: ReadonlySet<number> = new Set([60, 81]);

/** Of ClickHouse: somebody else changes the same table at this moment. */
const OVERTAKEN: ReadonlySet<number> = new Set([57, 60, 473, 517]);

const ATTEMPTS = 6;

/** A statement may meet another process that does the same. What it left is then what was wanted. */
async function runStatement(store: Store, statement: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await store.command(statement);
      return;
    } catch (error) {
      if (attempt === ATTEMPTS || !OVERTAKEN.has(codeOf(error))) throw error;
      await sleep(100 * 2 ** attempt * (0.5 + Math.random() / 2));
    }
  }
}

function codeOf(error: unknown): number {
  const [, code] = /^Code: (\d+)/.exec(error instanceof StoreError ? error.message : '') ?? [];
  return Number(code ?? 0);
}
