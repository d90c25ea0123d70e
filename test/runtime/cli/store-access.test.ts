import { expect } from 'chai';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openStoreAccess, type StoreAccess } from '../../../runtime/cli/store-access.ts';
import { StoreError } from '../../../runtime/store/errors.ts';
import { refusalResponse } from '../../../runtime/store/sql/platform-refusal.ts';

const TIMEOUT = 'Code: 159. DB::Exception: Timeout exceeded: elapsed 60.1 seconds. (TIMEOUT_EXCEEDED)';

const REFUSAL = { status: 401, code: 'key-invalid', message: 'the key is unknown or revoked' };

describe('what a command is told where the answer of the store', () => {
  let server: Server;
  let url: string;
  let store: StoreAccess;
  /** What is still written of the answer, and whether its end is. */
  let rest: string | undefined;

  before(async () => {
    server = createServer((request, response) => {
      if (request.url === '/ping') response.writeHead(404).end();
      else if (request.headers.authorization === 'Bearer wrong') {
        const { headers, body } = refusalResponse(new URLSearchParams(), REFUSAL);
        response.writeHead(REFUSAL.status, { ...headers }).end(body);
      } else if (rest !== undefined) response.end(`{"n":1}\n${rest}`);
      else response.write('{"n":1}\n', () => response.destroy());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}`;
    store = await openStoreAccess({ config: undefined, data: undefined, tenant: 'acme', url, key: undefined });
  });

  after(async () => {
    await store.close();
    server.close();
  });

  const problemOf = async (call: () => Promise<unknown>): Promise<unknown> => {
    try {
      return await call();
    } catch (error) {
      return error;
    }
  };

  it('breaks off is that, and nothing of sockets', async () => {
    rest = undefined;
    for (const call of [
      () => store.rows('SELECT 1 AS n'),
      async () => (await store.ask({ sql: 'SELECT 1 AS n' })).toArray(),
    ]) {
      const problem = await problemOf(call);
      expect(problem).to.be.instanceOf(StoreError).and.to.include({ code: 'store-unreachable' });
      expect(String(problem)).to.include('the answer broke off before its end');
    }
  });

  it('is a refusal of the platform has its code and its words', async () => {
    const refused = await openStoreAccess({ config: undefined, data: undefined, tenant: 'acme', url, key: 'wrong' });
    const problem = await problemOf(() => refused.rows('SELECT 1 AS n'));
    expect(problem).to.include({ code: REFUSAL.code, message: REFUSAL.message });
    await refused.close();
  });

  it('ends in what went wrong on the server is that', async () => {
    // As older and newer servers write it.
    for (const form of [TIMEOUT, `\r\n__exception__\r\nbqwyzkdh\r\n${TIMEOUT}\n92 bqwyzkdh\r\n__exception__\r\n`]) {
      rest = form;
      const problem = await problemOf(() => store.rows('SELECT 1 AS n'));
      expect(problem).to.be.instanceOf(StoreError).and.to.include({ code: 'sql-failed', message: TIMEOUT });
    }
  });
});
