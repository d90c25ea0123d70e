import { Agent, request } from 'undici';
import { StoreError } from '../store/errors.ts';
import type { SqlHttpResponse } from '../store/sql-http.ts';

export interface SqlTarget {
  readonly url: URL;
  readonly key?: string;
  /** Of the platform on the same machine, instead of the URL's host. */
  readonly socketPath?: string;
}

export interface SqlRequest {
  readonly sql: string;
  readonly query: URLSearchParams;
  readonly signal?: AbortSignal;
}

export interface SqlAsker {
  /** Rejects with `store-unreachable` where nothing answers. */
  ask(request: SqlRequest): Promise<SqlHttpResponse>;
  close(): Promise<void>;
}

export function askOverHttp({ url, key, socketPath }: SqlTarget): SqlAsker {
  const dispatcher = new Agent(socketPath === undefined ? {} : { connect: { socketPath } });
  return {
    ask: async ({ sql, query, signal }) => {
      const target = new URL(url);
      target.search = query.toString();
      try {
        const { statusCode, body } = await request(target, {
          dispatcher,
          method: 'POST',
          body: sql,
          ...(key !== undefined && { headers: { authorization: `Bearer ${key}` } }),
          ...(signal && { signal }),
        });
        return { status: statusCode, headers: {}, body };
      } catch (error) {
        if (signal?.aborted === true) throw error;
        throw new StoreError('store-unreachable', `${socketPath ?? url.origin} does not answer`, { cause: error });
      }
    },
    // What is still on its way is not waited for: whoever closes has what it wanted.
    close: () => dispatcher.destroy(),
  };
}
