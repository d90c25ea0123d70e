import type { Context, Next } from 'koa';
import type { Log } from '../log.ts';
import { refusalResponse } from '../store/sql/platform-refusal.ts';
import { HttpError, problemDocument, toHttpError } from './problem.ts';

/** Where ClickHouse's clients ask, who read no problem documents. */
const SQL_PATH = /^\/v1\/(tenants\/[^/]+\/)?sql(\/|$)/;

/** Answers whatever is thrown below as a problem document, or as ClickHouse's exception where SQL is asked; logs what is our own fault, with its cause. */
export function problems(log: Log): (context: Context, next: Next) => Promise<void> {
  return async (context, next) => {
    try {
      await next();
      if (context.body === undefined) refuseUnrouted(context);
    } catch (thrown) {
      const error = toHttpError(thrown);
      const fields = { method: context.method, path: context.path, code: error.code, err: error.cause ?? error };
      // What is put off on purpose is no fault; whoever does so says when it begins and ends.
      const isPutOff = error.code === 'tenant-behind' || error.code === 'tenant-growing';
      if (error.status >= 500 && !isPutOff) log.error(fields, 'request failed');
      else log.debug(fields, 'request refused');
      context.status = error.status;
      context.set({ ...error.headers });
      if (SQL_PATH.test(context.path)) {
        const { headers, body } = refusalResponse(new URLSearchParams(context.querystring), error);
        context.set({ ...headers });
        context.body = body;
        return;
      }
      context.body = JSON.stringify(problemDocument(error));
      context.type = 'application/problem+json';
    }
  };
}

/** No route has the path. */
export function isUnrouted(context: Context): boolean {
  return context.body === undefined && context.status === 404;
}

/** The router leaves statuses without a body; `Allow` it has set. */
function refuseUnrouted(context: Context): void {
  if (isUnrouted(context)) throw new HttpError('route-unknown', `there is nothing at ${context.path}`);
  if (context.status === 405 || context.status === 501) {
    throw new HttpError('method-not-allowed', `${context.path} takes ${context.response.get('Allow')}`);
  }
}
