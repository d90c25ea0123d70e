import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CommandModule } from 'yargs';
import { parseTenantName } from '../../events/tenant.ts';
import { platformRuns } from '../../http/admin-client.ts';
import { adminSocket } from '../../http/admin.ts';
import { openStore } from '../../store/client.ts';
import { StoreError } from '../../store/errors.ts';
import type { SqlHttpResponse } from '../../store/sql-http.ts';
import { sqlOverHttp } from '../../store/sql-http.ts';
import { askOverHttp } from '../sql-request.ts';
import { configurationOf, withConfigurationOptions, type ConfigurationArguments } from './configuration-options.ts';

interface SqlArguments extends ConfigurationArguments {
  readonly statement: string;
  readonly tenant: string | undefined;
  readonly url: string | undefined;
  readonly key: string | undefined;
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
  command: 'sql <statement>',
  describe: 'Ask ClickHouse about what happened: parlance sql "SELECT * FROM conversations"',
  builder: (yargs) =>
    withConfigurationOptions(yargs)
      .positional('statement', { type: 'string', demandOption: true, describe: 'A SELECT, DESCRIBE or SHOW TABLES' })
      .option('tenant', { type: 'string', describe: 'Only this tenant (with a platform --url: defaultTenant.name)' })
      .option('url', {
        type: 'string',
        describe: 'Of a platform, or of a ClickHouse server (default: the data folder)',
      })
      .option('key', { type: 'string', describe: 'Key for a platform --url (default: PARLANCE_KEY)' })
      .option('json', { type: 'boolean', conflicts: 'csv', describe: 'One JSON object a line' })
      .option('csv', { type: 'boolean', describe: 'CSV with a heading' }),
  handler: async (args) => {
    const answer = await ask(args);
    if (answer.status !== 200) throw await failure(answer);
    const body = typeof answer.body === 'string' ? Readable.from([answer.body]) : answer.body;
    try {
      await pipeline(body, process.stdout, { end: false });
    } catch (error) {
      // `parlance sql … | head` has seen enough.
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    } finally {
      await answer.close?.();
    }
  },
};

interface Answer extends SqlHttpResponse {
  readonly close?: () => Promise<void>;
}

async function ask(args: SqlArguments): Promise<Answer> {
  const query = new URLSearchParams(queryOf(args));
  const { configuration } = configurationOf(args);
  const { dataFolder, defaultTenant, store } = configuration;
  if (args.url !== undefined && !(await isClickHouse(args.url))) {
    const tenant = parseTenantName(args.tenant ?? defaultTenant.name);
    const url = new URL(`v1/tenants/${tenant}/sql`, args.url.endsWith('/') ? args.url : `${args.url}/`);
    const key = args.key ?? process.env['PARLANCE_KEY'];
    return askOverHttp({ url, query, statement: args.statement, ...(key !== undefined && { key }) });
  }
  const location = args.url ?? (store.url === 'embedded' ? join(dataFolder, 'store') : store.url);
  const embedded = !/^https?:/.test(location);
  if (embedded && (await platformRuns(dataFolder))) {
    const path = args.tenant === undefined ? '/v1/sql' : `/v1/tenants/${parseTenantName(args.tenant)}/sql`;
    const url = new URL(path, 'http://admin');
    return askOverHttp({ url, query, statement: args.statement, socketPath: adminSocket(dataFolder) });
  }
  if (embedded && !existsSync(location)) {
    throw new StoreError('store-missing', `there is no store in ${dataFolder} yet: start the platform there first`);
  }
  const { database, username, password } = store;
  const opened = await openStore({
    ...{ location, database },
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  });
  const answer = await sqlOverHttp(opened).handle({
    ...(args.tenant !== undefined && { tenant: parseTenantName(args.tenant) }),
    ...{ query, headers: {}, body: Buffer.from(args.statement, 'utf8') },
  });
  return { ...answer, close: () => opened.close() };
}

function queryOf({ json, csv }: SqlArguments): Readonly<Record<string, string>> {
  if (json === true) return { default_format: 'JSONEachRow' };
  return csv === true ? { default_format: 'CSVWithNames' } : TABLE;
}

/** A server answers `Ok.` there; a platform has no such page. */
async function isClickHouse(url: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('/ping', url), { signal: AbortSignal.timeout(10_000) });
    return response.ok && (await response.text()).startsWith('Ok.');
  } catch (error) {
    throw new StoreError('store-unreachable', `${url} does not answer`, { cause: error });
  }
}

/** ClickHouse's own message, or the problem that the platform states. */
async function failure({ status, body, close }: Answer): Promise<StoreError> {
  let text = '';
  for await (const chunk of Readable.from(body)) text += String(chunk);
  await close?.();
  const unreachable = /^Code: 210\. DB::Exception: (.*)\. \(NETWORK_ERROR\)\s*$/s.exec(text)?.[1];
  if (status === 503 && unreachable !== undefined) return new StoreError('store-unreachable', unreachable);
  const refused = /^Code: 497\. DB::Exception: (.*) \(ACCESS_DENIED\)\s*$/s.exec(text)?.[1];
  if (refused !== undefined) return new StoreError('sql-refused', refused);
  return new StoreError('sql-failed', problemDetail(text) ?? text.trim());
}

function problemDetail(text: string): string | undefined {
  try {
    const { detail } = JSON.parse(text) as { readonly detail?: unknown };
    return typeof detail === 'string' ? detail : undefined;
  } catch {
    return undefined;
  }
}
