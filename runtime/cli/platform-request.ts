import { createInterface } from 'node:readline';
import { Agent, request, type Dispatcher } from 'undici';
import { ParlanceError } from '../../channels/error.ts';
import { parseTenantName } from '../events/tenant.ts';
import { adminSocket } from '../http/admin-socket.ts';
import {
  configurationOf,
  withConfigurationOptions,
  type ConfigurationArguments,
} from './commands/configuration-options.ts';
import type { Argv } from 'yargs';

/** What the platform answered, under its own code, or that it does not answer. */
export class PlatformError extends ParlanceError {}

export interface PlatformArguments extends ConfigurationArguments {
  readonly tenant: string | undefined;
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly json: boolean;
}

export function withPlatformOptions<Before>(yargs: Argv<Before>): Argv<Before & PlatformArguments> {
  return withConfigurationOptions(yargs)
    .option('tenant', { type: 'string', describe: 'Tenant (default: defaultTenant.name)' })
    .option('url', { type: 'string', describe: 'Of a platform elsewhere (default: the one on the data folder)' })
    .option('key', { type: 'string', describe: 'Key for --url (default: PARLANCE_KEY)' })
    .option('json', { type: 'boolean', default: false, describe: 'As JSON' });
}

export interface PlatformRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the tenant: `broadcasts/flu-season`. */
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly body?: Buffer | string;
}

/** An answer as JSON where that was asked for, else as text. */
export function printAnswer({ json }: PlatformArguments, value: unknown, text: () => string): void {
  process.stdout.write(json ? `${JSON.stringify(value, undefined, 2)}\n` : text());
}

/** The JSON that the running platform answers. Rejects with PlatformError. */
export async function askPlatform(args: PlatformArguments, asked: PlatformRequest): Promise<unknown> {
  return withAnswer(args, asked, (body) => body.json());
}

/** An answer of several lines of JSON, as they come. Rejects with PlatformError. */
export async function askPlatformLines(
  args: PlatformArguments,
  asked: PlatformRequest,
  onLine: (line: unknown) => void,
): Promise<void> {
  await withAnswer(args, asked, async (body) => {
    for await (const line of createInterface({ input: body })) onLine(JSON.parse(line));
  });
}

type AnswerBody = Dispatcher.ResponseData['body'];

async function withAnswer<Result>(
  args: PlatformArguments,
  { method, path, query, body }: PlatformRequest,
  read: (body: AnswerBody) => Promise<Result>,
): Promise<Result> {
  const { configuration } = configurationOf(args);
  const tenant = parseTenantName(args.tenant ?? configuration.defaultTenant.name);
  const base = args.url ?? 'http://admin/';
  const url = new URL(`v1/tenants/${tenant}/${path}`, base.endsWith('/') ? base : `${base}/`);
  if (query) url.search = query.toString();
  const key = args.key ?? process.env['PARLANCE_KEY'];
  const where = args.url === undefined ? { connect: { socketPath: adminSocket(configuration.dataFolder) } } : {};
  const dispatcher = new Agent(where);
  try {
    const response = await request(url, {
      ...{ dispatcher, method },
      ...(body !== undefined && { body }),
      ...(args.url !== undefined && key !== undefined && { headers: { authorization: `Bearer ${key}` } }),
    }).catch((cause: unknown) => {
      const what = args.url ?? `a platform on ${configuration.dataFolder}`;
      throw new PlatformError('platform-unreachable', `${what} does not answer`, { cause });
    });
    if (response.statusCode < 300) return await read(response.body);
    const { code, detail } = (await response.body.json()) as { readonly code: string; readonly detail: string };
    throw new PlatformError(code, detail);
  } finally {
    await dispatcher.close();
  }
}
