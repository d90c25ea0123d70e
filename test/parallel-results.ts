/** For a run in several processes: results travel between them as JSON, and shall not lose by it. */
import type { Context, RootHookObject } from 'mocha';

/** JSON takes only what an error's properties give when they are gone through. */
export const mochaHooks: RootHookObject = {
  afterEach(this: Context) {
    let error: unknown = this.currentTest?.err;
    while (error instanceof Error) {
      for (const name of ['stack', 'message', 'cause'])
        if (Object.hasOwn(error, name)) Object.defineProperty(error, name, { enumerable: true });
      error = error.cause;
    }
  },
};

/** It knows no bigint: one in an error would cost the results of the whole file. */
const send = process.send?.bind(process);
if (send) process.send = (message: unknown) => send(withoutBigints(message));

function withoutBigints(message: unknown): unknown {
  const json = JSON.stringify(message, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  return JSON.parse(json);
}
