import { pipeline } from 'node:stream/promises';
import type { CommandModule } from 'yargs';
import { runShell, runStatements } from '../sql-shell/shell.ts';
import { openStoreAccess, withStoreOptions, type StoreArguments } from '../store-access.ts';

interface SqlArguments extends StoreArguments {
  readonly statement: string | undefined;
  readonly json: boolean | undefined;
  readonly csv: boolean | undefined;
}

/** Where a person reads it: no colours and no row numbers, so that a pipe gets the same. */
const TABLE = {
  default_format: 'PrettyCompactMonoBlock',
  output_format_pretty_color: '0',
  output_format_pretty_row_numbers: '0',
  output_format_pretty_max_rows: '100000',
};

export const sqlCommand: CommandModule<object, SqlArguments> = {
  command: 'sql [statement]',
  describe: 'Ask ClickHouse about what happened: parlance sql "SELECT * FROM conversations"',
  builder: (yargs) =>
    withStoreOptions(yargs)
      .positional('statement', {
        type: 'string',
        describe: 'A SELECT, DESCRIBE or SHOW TABLES; without one, a shell, or what is piped in',
      })
      .option('json', { type: 'boolean', conflicts: 'csv', describe: 'One JSON object a line' })
      .option('csv', { type: 'boolean', describe: 'CSV with a heading' }),
  handler: async (args) => {
    const store = await openStoreAccess(args);
    try {
      const settings = settingsOf(args);
      if (args.statement !== undefined) {
        await pipeline(await store.ask({ sql: args.statement, settings }), process.stdout, { end: false });
      } else if (process.stdin.isTTY) await runShell(store, settings);
      else await runStatements(store, process.stdin, settings);
    } catch (error) {
      // `parlance sql … | head` has seen enough.
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    } finally {
      await store.close();
    }
  },
};

function settingsOf({ json, csv }: SqlArguments): Readonly<Record<string, string>> {
  if (json === true) return { default_format: 'JSONEachRow' };
  return csv === true ? { default_format: 'CSVWithNames' } : TABLE;
}
