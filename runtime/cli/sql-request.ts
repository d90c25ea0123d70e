import { Agent, request } from 'undici';
import { StoreError } from '../store/errors.ts';
import type { SqlHttpResponse } from '../store/sql-http.ts';

export interface SqlRequestOptions {
  readonly url: URL;
  readonly query: URLSearchParams;
  readonly statement: string;
  readonly key?: string;
  /** Of the platform on the same machine, instead of the URL's host. */
  readonly socketPath?: string;
}

/** Rejects with `store-unreachable` where nothing answers. */
export async function askOverHttp(options: SqlRequestOptions): Promise<SqlHttpResponse & { close(): Promise<void> }> {
  const { url, query, statement, key, socketPath } = options;
  const dispatcher = new Agent(socketPath === undefined ? {} : { connect: { socketPath } });
  url.search = query.toString();
  try {
    const { statusCode, body } = await request(url, {
      dispatcher,
      method: 'POST',
      body: statement,
      ...(key !== undefined && { headers: { authorization: `Bearer ${key}` } }),
    });
    return { status: statusCode, headers: {}, body, close: () => dispatcher.close() };
  } catch (error) {
    await dispatcher.close();
    throw new StoreError('store-unreachable', `${socketPath ?? url.origin} does not answer`, { cause: error });
  }
}
