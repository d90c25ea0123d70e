import type { CommandModule } from 'yargs';
import { localDatabase } from '../../store/cluster.ts';
import { migrations } from '../../store/migrations/all.ts';
import { quoteText } from '../../store/quote.ts';
import { appliedVersionSql } from '../../store/schema.ts';
import { openStoreAccess, type StoreAccess } from '../store-access.ts';
import { columns } from './columns.ts';
import { configurationOf, withConfigurationOptions, type ConfigurationArguments } from './configuration-options.ts';

interface StatusArguments extends ConfigurationArguments {
  readonly url: string | undefined;
  readonly json: boolean;
}

interface Size {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
  readonly bytes_a_row: number;
  readonly parts: number;
}

interface Status {
  /** Of the tables; 0: there are none yet. */
  readonly version: number;
  readonly newest: number;
  readonly pending: readonly { readonly version: number; readonly about: string }[];
  readonly tables: readonly Size[];
}

export const storeStatusCommand: CommandModule<object, StatusArguments> = {
  command: 'status',
  describe: "The version of the store's tables, what is pending, and how big they are",
  builder: (yargs) =>
    withConfigurationOptions(yargs)
      .option('url', { type: 'string', describe: 'Of a ClickHouse server (default: the data folder or store.url)' })
      .option('json', { type: 'boolean', default: false, describe: 'As JSON' }),
  handler: async (args) => {
    const access = await openStoreAccess({ ...args, tenant: undefined, key: undefined });
    try {
      const { database } = configurationOf(args).configuration.store;
      const status = await statusOf(access, database);
      process.stdout.write(args.json ? `${JSON.stringify(status, undefined, 2)}\n` : textOf(status));
    } finally {
      await access.close();
    }
  },
};

async function statusOf(access: StoreAccess, database: string): Promise<Status> {
  const known = migrations(database);
  const places = [database, localDatabase(database)].map(quoteText).join(', ');
  const tables = await access.rows<Size>(
    `SELECT table, sum(rows) AS rows, sum(bytes_on_disk) AS bytes, round(bytes / rows, 1) AS bytes_a_row, count() AS parts
     FROM system.parts WHERE active AND database IN (${places}) GROUP BY table ORDER BY bytes DESC`,
  );
  const isThere = tables.some(({ table }) => table === 'migrations');
  const [row] = isThere ? await access.rows<{ version: number }>(appliedVersionSql(database)) : [];
  const version = row?.version ?? 0;
  const pending = known.filter((migration) => migration.version > version);
  return {
    version,
    newest: known.at(-1)?.version ?? 0,
    pending: pending.map(({ version: number, about }) => ({ version: number, about })),
    tables,
  };
}

function textOf({ version, newest, pending, tables }: Status): string {
  const heading = `version ${version}, this Parlance knows ${newest}\n`;
  const rest = pending.map(({ version: number, about }) => `pending: version ${number}, ${about}\n`).join('');
  const rows = tables.map(({ table, rows: count, bytes, bytes_a_row, parts }) => [
    ...[table, String(count), `${(bytes / 1_048_576).toFixed(1)} MiB`, String(bytes_a_row), String(parts)],
  ]);
  return `${heading}${rest}${columns(['table', 'rows', 'on disk', 'bytes a row', 'parts'], rows)}`;
}
