/**
 * What lets a tenant's analysts into a server, and to their own rows alone. A view reads with the rights of whoever asks,
 * so that the role may read what the views are made of as well; row policies hold it to its tenant there.
 */
import type { TenantName } from '../../channels/brands.ts';
import { TENANT_TABLES, localDatabase } from './cluster.ts';
import { quoteName, quoteText } from './quote.ts';
import { analystDatabase, tenantDatabase } from './views.ts';

export interface GrantOptions {
  readonly database: string;
  readonly tenant: TenantName;
  readonly cluster?: string | undefined;
  /** That Parlance itself connects as: it goes on seeing everything. */
  readonly platformUser: string;
  /** Of the analysts; undefined: only the role. */
  readonly user?: string | undefined;
}

/** As on the platform's own SQL interface. Seconds, bytes, bytes. */
const LIMITS = { max_execution_time: 60, max_memory_usage: 2_000_000_000, max_result_bytes: 268_435_456 };

/** Of all users of a tenant together, an hour. Seconds of execution: as much as one processor does in it. */
const HOURLY = 'queries = 10000, execution_time = 3600';

const PROFILE = 'parlance_analyst';

/** Statements for an administrator of ClickHouse. Each may run twice; they replace what an earlier version printed. */
export function grantStatements(options: GrantOptions): readonly string[] {
  const { database, tenant, cluster, user } = options;
  const on = cluster === undefined ? '' : ` ON CLUSTER ${quoteName(cluster)}`;
  const role = quoteName(tenantDatabase(database, tenant));
  const databases = [tenantDatabase(database, tenant), analystDatabase(database)].map((name) => `${quoteName(name)}.*`);
  const tables = tenantTables(options);
  return [
    `CREATE SETTINGS PROFILE OR REPLACE ${PROFILE}${on} SETTINGS readonly = 2, ${limits()}`,
    `CREATE ROLE IF NOT EXISTS ${role}${on}`,
    `ALTER ROLE ${role}${on} SETTINGS PROFILE ${quoteText(PROFILE)}`,
    ...[...databases, ...tables].map((what) => `GRANT${on} SELECT ON ${what} TO ${role}`),
    ...tables.flatMap((table) => policies(options, table, role, on)),
    `CREATE QUOTA OR REPLACE ${role}${on} FOR INTERVAL 1 hour MAX ${HOURLY} TO ${role}`,
    ...(user === undefined ? [] : userStatements(quoteName(user), role, on)),
  ];
}

function tenantTables({ database, cluster }: GrantOptions): readonly string[] {
  const databases = cluster === undefined ? [database] : [database, localDatabase(database)];
  return databases.flatMap((name) => TENANT_TABLES.map((table) => `${quoteName(name)}.${quoteName(table)}`));
}

/** Where a table has a policy, whoever has none may see nothing: the platform has one that hides nothing. */
function policies({ tenant, platformUser }: GrantOptions, table: string, role: string, on: string): readonly string[] {
  return [
    `CREATE ROW POLICY OR REPLACE parlance_platform${on} ON ${table} FOR SELECT USING 1 TO ${quoteName(platformUser)}`,
    `CREATE ROW POLICY OR REPLACE ${role}${on} ON ${table} FOR SELECT USING tenant = ${quoteText(tenant)} TO ${role}`,
  ];
}

/** `readonly = 2`, for with 1 the official clients can not even ask for compression; what matters can not be raised. */
function limits(): string {
  return Object.entries(LIMITS)
    .map(([name, value]) => `${name} = ${value} MAX ${value}`)
    .join(', ');
}

/** Without a password, and therefore from nowhere, until an administrator sets both. */
function userStatements(user: string, role: string, on: string): readonly string[] {
  return [
    `CREATE USER IF NOT EXISTS ${user}${on} HOST NONE`,
    `GRANT${on} ${role} TO ${user}`,
    `ALTER USER ${user}${on} DEFAULT ROLE ${role}`,
  ];
}
