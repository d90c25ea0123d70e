/** How a command reaches the store: the running platform, a platform or ClickHouse elsewhere, or the folder itself. */
import { existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { Argv } from 'yargs';
import type { TenantName } from '../../channels/brands.ts';
import type { ParlanceError } from '../../channels/error.ts';
import { parseTenantName } from '../events/tenant.ts';
import { platformRuns } from '../http/admin-client.ts';
import { adminSocket } from '../http/admin-socket.ts';
import { HTTP_ERROR_CODES } from '../http/problem.ts';
import { openConfiguredStore, storeLocation } from '../main/open-store.ts';
import { StoreError, clickHouseMessage, reportedText } from '../store/errors.ts';
import type { SqlHttpResponse } from '../store/sql-http.ts';
import { sqlOverHttp } from '../store/sql-http.ts';
import { refusalIn } from '../store/sql/platform-refusal.ts';
import {
  configurationOf,
  withConfigurationOptions,
  type ConfigurationArguments,
} from './commands/configuration-options.ts';
import { PlatformError } from './platform-request.ts';
import { askOverHttp } from './sql-request.ts';
import { parameterText, type ParameterValue } from './sql-parameters.ts';

export interface StoreArguments extends ConfigurationArguments {
  readonly tenant: string | undefined;
  readonly url: string | undefined;
  readonly key: string | undefined;
}

export interface StoreQuestion {
  readonly sql: string;
  /** `default_format` and other settings of the SQL interface. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly parameters?: Readonly<Record<string, ParameterValue>>;
  readonly signal?: AbortSignal;
}

export interface StoreAccess {
  /** Whose views it sees, without a column `tenant`; undefined: those over all tenants. */
  readonly tenant: TenantName | undefined;
  /** A running platform answers, here or elsewhere. */
  readonly isPlatform: boolean;
  /** ClickHouse's answer as it comes. Rejects with `sql-failed`, `sql-refused`, `store-unreachable`, or what a platform refuses. */
  ask(question: StoreQuestion): Promise<Readable>;
  /** Rows keyed by column name: 64-bit integers as numbers, times as ISO 8601 in UTC. Parameters are `{name:Type}`. */
  rows<Row>(
    sql: string,
    parameters?: Readonly<Record<string, ParameterValue>>,
    signal?: AbortSignal,
  ): Promise<readonly Row[]>;
  close(): Promise<void>;
}

export function withStoreOptions<Before>(yargs: Argv<Before>): Argv<Before & StoreArguments> {
  return withConfigurationOptions(yargs)
    .option('tenant', { type: 'string', describe: 'Only this tenant (with a platform --url: defaultTenant.name)' })
    .option('url', { type: 'string', describe: 'Of a platform, or of a ClickHouse server (default: the data folder)' })
    .option('key', { type: 'string', describe: 'Key for a platform --url (default: PARLANCE_KEY)' });
}

/** For a command about one tenant: the one named, or `defaultTenant.name`. */
export function openTenantStore(args: StoreArguments): Promise<StoreAccess & { readonly tenant: TenantName }> {
  const tenant = parseTenantName(args.tenant ?? configurationOf(args).configuration.defaultTenant.name);
  return openStoreAccess({ ...args, tenant }) as Promise<StoreAccess & { readonly tenant: TenantName }>;
}

/** Rejects with `store-missing`, `store-locked` or `store-unreachable`. */
export async function openStoreAccess(args: StoreArguments): Promise<StoreAccess> {
  const asker = await askerOf(args);
  const ask = async ({ sql, settings, parameters, signal }: StoreQuestion): Promise<Readable> => {
    const query = new URLSearchParams(settings);
    for (const [name, value] of Object.entries(parameters ?? {})) query.set(`param_${name}`, parameterText(value));
    const answer = await asker.ask({ sql, query, ...(signal && { signal }) });
    const body = Readable.from(typeof answer.body === 'string' ? [answer.body] : whole(answer.body, signal));
    if (answer.status !== 200) throw await failure({ ...answer, body }, asker.tenant);
    return body;
  };
  return {
    tenant: asker.tenant,
    isPlatform: asker.isPlatform,
    ask,
    rows: async <Row>(sql: string, parameters: StoreQuestion['parameters'] = {}, signal?: AbortSignal) => {
      const body = await ask({ sql, parameters, settings: AS_ROWS, ...(signal && { signal }) });
      return rowsIn(await textOf(body)) as readonly Row[];
    },
    close: () => asker.close(),
  };
}

/** Rejects with `sql-failed` or `store-unreachable` where it breaks off, whatever the connection has to say of it. */
async function* whole(body: Readable, signal: AbortSignal | undefined): AsyncGenerator {
  try {
    yield* body;
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw error instanceof StoreError ? error : brokenOff(error);
  }
}

/** Once its answer has begun, a ClickHouse server writes what went wrong into it, behind a line that says so. */
function rowsIn(text: string): readonly unknown[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line, at) => {
    try {
      return JSON.parse(line) as unknown;
    } catch (error) {
      const message = lines.slice(at).find((other) => reportedText(new Error(other)) !== undefined);
      throw message === undefined
        ? brokenOff(error)
        : new StoreError('sql-failed', clickHouseMessage(new Error(message)));
    }
  });
}

function brokenOff(cause: unknown): StoreError {
  return new StoreError('store-unreachable', 'the answer broke off before its end: ask again, or for less at a time', {
    cause,
  });
}

const AS_ROWS = {
  default_format: 'JSONEachRow',
  output_format_json_quote_64bit_integers: '0',
  date_time_output_format: 'iso',
};

interface Asked {
  readonly sql: string;
  readonly query: URLSearchParams;
  readonly signal?: AbortSignal;
}

interface Asker {
  readonly tenant: TenantName | undefined;
  readonly isPlatform: boolean;
  ask(asked: Asked): Promise<SqlHttpResponse>;
  close(): Promise<void>;
}

async function askerOf(args: StoreArguments): Promise<Asker> {
  const { configuration } = configurationOf(args);
  const { dataFolder, defaultTenant } = configuration;
  if (args.url !== undefined && !(await isClickHouse(args.url))) {
    const tenant = parseTenantName(args.tenant ?? defaultTenant.name);
    const url = new URL(`v1/tenants/${tenant}/sql`, args.url.endsWith('/') ? args.url : `${args.url}/`);
    const key = args.key ?? process.env['PARLANCE_KEY'];
    return { tenant, isPlatform: true, ...askOverHttp({ url, ...(key !== undefined && { key }) }) };
  }
  const tenant = args.tenant === undefined ? undefined : parseTenantName(args.tenant);
  const location = args.url ?? storeLocation(configuration);
  const embedded = !/^https?:/.test(location);
  if (embedded && (await platformRuns(dataFolder))) {
    const url = new URL(tenant === undefined ? '/v1/sql' : `/v1/tenants/${tenant}/sql`, 'http://admin');
    return { tenant, isPlatform: true, ...askOverHttp({ url, socketPath: adminSocket(dataFolder) }) };
  }
  if (embedded && !existsSync(location)) {
    throw new StoreError('store-missing', `there is no store in ${dataFolder} yet: start the platform there first`);
  }
  const opened = await openConfiguredStore(configuration, location);
  const interfaceOf = sqlOverHttp(opened);
  return {
    tenant,
    isPlatform: false,
    ask: ({ sql, query, signal }) =>
      interfaceOf.handle({
        ...(tenant !== undefined && { tenant }),
        ...{ query, headers: {}, body: Buffer.from(sql, 'utf8') },
        ...(signal && { signal }),
      }),
    close: () => opened.close(),
  };
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

async function textOf(body: string | Readable): Promise<string> {
  if (typeof body === 'string') return body;
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk as Buffer | string));
  return Buffer.concat(chunks).toString('utf8');
}

/** ClickHouse's own message, or the problem that the platform states. */
async function failure({ status, body }: SqlHttpResponse, tenant: TenantName | undefined): Promise<ParlanceError> {
  const text = await textOf(body);
  const refusal = refusalIn(text, HTTP_ERROR_CODES);
  if (refusal) return new PlatformError(refusal.code, refusal.message);
  const unreachable = /^Code: 210\. DB::Exception: (.*)\. \(NETWORK_ERROR\)\s*$/s.exec(text)?.[1];
  if (status === 503 && unreachable !== undefined) return new StoreError('store-unreachable', unreachable);
  const refused = /^Code: 497\. DB::Exception: (.*) \(ACCESS_DENIED\)\s*$/s.exec(text)?.[1];
  if (refused !== undefined) return new StoreError('sql-refused', refused);
  const parameter = /^Code: 456\. DB::Exception: Substitution `(\w+)` is not set/.exec(text)?.[1];
  if (parameter !== undefined) {
    return new StoreError('sql-failed', `the statement asks for {${parameter}:…}: give --param ${parameter}=VALUE`);
  }
  if (tenant !== undefined && /^Code: 81\. DB::Exception: Database \S+ does not exist/.test(text)) {
    return new StoreError(
      'tenant-unknown',
      `nothing of a tenant "${tenant}" is stored: \`parlance tenants list\` shows them`,
    );
  }
  return problemIn(text) ?? new StoreError('sql-failed', text.trim());
}

/** Of the platform itself where it has no SQL at the address: behind another path, say. */
function problemIn(text: string): ParlanceError | undefined {
  try {
    const { code, detail } = JSON.parse(text) as { readonly code?: unknown; readonly detail?: unknown };
    return typeof code === 'string' && typeof detail === 'string' ? new PlatformError(code, detail) : undefined;
  } catch {
    return undefined;
  }
}
