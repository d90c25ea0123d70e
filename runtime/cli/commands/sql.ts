import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { CommandModule } from 'yargs';
import { StoreError } from '../../store/errors.ts';
import { runShell, runStatements } from '../sql-shell/shell.ts';
import { writeAnswer } from '../sql-shell/write-answer.ts';
import { openStoreAccess, withStoreOptions, type StoreArguments } from '../store-access.ts';

interface SqlArguments extends StoreArguments {
  readonly statement: string | undefined;
  readonly file: string | undefined;
  readonly param: readonly string[];
  readonly json: boolean | undefined;
  readonly csv: boolean | undefined;
}

/** Where a person reads it: no row numbers, so that a pipe gets the same but for colours. */
const TABLE = {
  default_format: 'PrettyCompactMonoBlock',
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
      .option('file', { type: 'string', describe: 'Where the statement stands: a saved query, such as queries/x.sql' })
      .option('param', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [],
        describe: 'NAME=VALUE: what stands for {NAME:Type} in the statement; as often as needed',
      })
      .check(checked)
      .option('json', { type: 'boolean', conflicts: 'csv', describe: 'One JSON object a line' })
      .option('csv', { type: 'boolean', describe: 'CSV with a heading' }),
  handler: async (args) => {
    const sql = args.file === undefined ? args.statement : await readFile(args.file, 'utf8');
    const asking = { settings: settingsOf(args), parameters: Object.fromEntries(args.param.map(splitParameter)) };
    if (sql !== undefined) refuseUnanswerable(sql, Object.keys(asking.parameters));
    const store = await openStoreAccess(args);
    try {
      if (sql !== undefined) await writeAnswer(store, { ...asking, sql }, process.stdout);
      else if (process.stdin.isTTY) await runShell(store, asking);
      else await runStatements(store, process.stdin, asking);
    } catch (error) {
      // `parlance sql … | head` has seen enough.
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    } finally {
      await store.close();
    }
  },
};

/** What is wrong with the arguments, or true. */
function checked({ statement, file, param }: Pick<SqlArguments, 'statement' | 'file' | 'param'>): string | true {
  if (statement !== undefined && file !== undefined) return 'write a statement or name a --file, not both';
  if (file !== undefined && statSync(file, { throwIfNoEntry: false })?.isDirectory() !== false) {
    return `${file}: no such file`;
  }
  const wrong = param.find((one) => !/^\w+=/.test(one));
  return wrong === undefined || `--param ${wrong} names no value: write NAME=VALUE`;
}

/** ClickHouse answers "Ok." to nothing at all, and passes over a value that nothing asks for. */
function refuseUnanswerable(sql: string, parameters: readonly string[]): void {
  if (sql.trim() === '') throw new StoreError('sql-failed', 'there is no statement: write one, such as SHOW TABLES');
  const unused = parameters.find((name) => !new RegExp(String.raw`\{\s*${name}\s*:`).test(sql));
  if (unused !== undefined) {
    throw new StoreError('sql-failed', `--param ${unused}: the statement does not ask for {${unused}:…}`);
  }
}

function splitParameter(text: string): readonly [name: string, value: string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}

function settingsOf({ json, csv }: SqlArguments): Readonly<Record<string, string>> {
  if (json === true) return { default_format: 'JSONEachRow' };
  if (csv === true) return { default_format: 'CSVWithNames' };
  // Colours only where a person looks: https://no-color.org
  const color = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '';
  return { ...TABLE, output_format_pretty_color: color ? '1' : '0' };
}
