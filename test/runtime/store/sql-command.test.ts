import { spawn } from 'node:child_process';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { expect } from 'chai';
import { openStoreAccess, openTenantStore } from '../../../runtime/cli/store-access.ts';
import { errorText } from '../../../runtime/cli/sql-shell/caret.ts';
import { runStatements } from '../../../runtime/cli/sql-shell/shell.ts';
import { createAdminServer } from '../../../runtime/http/admin.ts';
import { tableOf } from '../../../runtime/store/rows.ts';
import { applySchema, createTenantViews } from '../../../runtime/store/schema.ts';
import { sqlOverHttp } from '../../../runtime/store/sql-http.ts';
import { PARLANCE } from '../../parlance.ts';
import { eventRow, temporaryStore, type TemporaryStore } from './embedded-store.ts';
import { acme, recordedLog } from './tenant-under-test.ts';

interface Outcome {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

describe('parlance sql', function () {
  this.timeout(60_000);
  let temporary: TemporaryStore;

  before(async () => {
    temporary = await temporaryStore();
    const { store } = temporary;
    await applySchema(store);
    await createTenantViews(store, acme);
    const rows = [eventRow({ id: 'a1' }), eventRow({ id: 'o1', tenant: 'other' })];
    await store.insert(tableOf(store, 'events'), rows, 'test');
  });

  after(() => temporary.remove());

  const parlance = (...args: string[]): Promise<Outcome> =>
    new Promise((resolve) => {
      const command = [...PARLANCE, 'sql', '--data', temporary.folder, ...args];
      const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
      let [output, errors] = ['', ''];
      child.stdout.on('data', (chunk) => (output += String(chunk)));
      child.stderr.on('data', (chunk) => (errors += String(chunk)));
      child.once('close', (code) => {
        resolve({ code, output, errors });
      });
    });

  describe('while the platform runs on the data folder', () => {
    const notAsked = (): Promise<never> => Promise.reject(new Error('not asked for'));
    const admin = { create: notAsked, planGrowth: notAsked, grow: notAsked, list: () => Promise.resolve([]) };
    let close: () => Promise<void>;

    before(async () => {
      const server = createAdminServer(admin, recordedLog(), sqlOverHttp(temporary.store));
      await server.listen(temporary.folder);
      close = () => server.close(1000);
    });

    after(() => close());

    it('asks it over its socket, for all tenants or for one', async () => {
      const all = await parlance('SELECT id FROM events ORDER BY id', '--json');
      expect(all).to.deep.equal({ code: 0, output: '{"id":"a1"}\n{"id":"o1"}\n', errors: '' });
      const one = await parlance('SELECT id FROM events', '--csv', '--tenant', 'acme');
      expect(one).to.deep.equal({ code: 0, output: '"id"\n"a1"\n', errors: '' });
    });

    it('runs a saved query, with values for its parameters', async () => {
      const file = join(temporary.folder, 'by-tenant.sql');
      await writeFile(
        file,
        '-- Events of one tenant.\nSELECT id FROM events WHERE tenant = {tenant:String} -- alone\n',
      );
      const saved = await parlance('--file', file, '--param', 'tenant=other', '--json');
      expect(saved).to.deep.equal({ code: 0, output: '{"id":"o1"}\n', errors: '' });
      const wrong = await parlance('--file', file, '--param', 'tenant', '--json');
      expect(wrong.code).to.equal(2);
      expect(wrong.errors).to.contain('write NAME=VALUE');
    });

    it('prints a table by default', async () => {
      const { output } = await parlance('SELECT id FROM events', '--tenant', 'acme');
      expect(output).to.equal('┌─id─┐\n│ a1 │\n└────┘\n');
    });

    it("fails with ClickHouse's own message, without a stack, and exit code 1", async () => {
      const outcome = await parlance('SELECT nonsense FROM events');
      expect(outcome.code).to.equal(1);
      expect(outcome.errors).to.match(/^Code: 47\. DB::Exception: Unknown expression identifier `nonsense`/);
      expect(outcome.errors).not.to.contain('at ');
    });

    it('gives other commands typed rows, with parameters of any text, number, time and list', async () => {
      const args = { config: undefined, data: temporary.folder, tenant: 'acme', url: undefined, key: undefined };
      const store = await openTenantStore(args);
      const odd = `it's a "tab\t", a\nline and a \\ backslash`;
      const at = new Date('2026-03-06T14:00:00.123Z');
      const sql = `SELECT {odd:String} AS odd, {n:UInt64} AS n, {at:DateTime64(3, 'UTC')} AS at, {list:Array(String)} AS list,
        id FROM events`;
      const rows = await store.rows(sql, { odd, n: 9007199254740991, at, list: [odd, "o'clock", ''] });
      expect(rows).to.deep.equal([
        { odd, n: 9007199254740991, at: at.toISOString(), list: [odd, "o'clock", ''], id: 'a1' },
      ]);
      await store.close();
      const all = await openStoreAccess({ ...args, tenant: undefined });
      expect(await all.rows('SELECT tenant FROM events ORDER BY tenant')).to.have.length(2);
      await all.close();
    });

    it('runs what is piped in, statement by statement, up to the first that fails', async () => {
      const store = await openStoreAccess({
        ...{ config: undefined, data: temporary.folder, tenant: 'acme', url: undefined, key: undefined },
      });
      const written: string[] = [];
      const output = new Writable({
        write: (chunk, _, done) => {
          written.push(String(chunk));
          done();
        },
      });
      const input = Readable.from([
        `SELECT ';' AS a; -- one; two\nSELECT id FROM`,
        ` events;\nSELECT nonsense; SELECT 3`,
      ]);
      const failure = await runStatements(
        store,
        input,
        { settings: { default_format: 'TSV' }, parameters: {} },
        output,
      ).catch(String);
      expect(written.join('')).to.equal(';\na1\n');
      expect(failure).to.match(/nonsense/);
      const syntax = await store.rows('SELECT 1 +').catch((error: unknown) => errorText('SELECT 1 +', error));
      expect(syntax).to.match(/^SELECT 1 \+\n {10}\^\nCode: 62/);
      await store.close();
    });

    it('changes nothing', async () => {
      const outcome = await parlance('DROP TABLE parlance.events');
      expect([outcome.code, outcome.errors]).to.deep.equal([
        1,
        'only SELECT, DESCRIBE, EXPLAIN and SHOW TABLES run here.\n  sql-refused: see docs/errors.md#sql-refused\n',
      ]);
    });
  });

  describe('while none runs there', () => {
    it('says that the store is in use where the process that holds it does not answer', async () => {
      const outcome = await parlance('SELECT 1');
      expect([outcome.code, outcome.errors]).to.satisfy(
        ([code, text]: [number, string]) => code === 1 && text.includes('uses the store in'),
      );
    });

    it('opens the data folder itself while no platform runs, and says where there is none', async () => {
      await temporary.store.close();
      const direct = await parlance('SELECT id FROM events', '--tenant', 'acme', '--json');
      expect(direct).to.deep.equal({ code: 0, output: '{"id":"a1"}\n', errors: '' });
      await rename(join(temporary.folder, 'store'), join(temporary.folder, 'elsewhere'));
      const missing = await parlance('SELECT 1');
      expect([missing.code, missing.errors]).to.satisfy(
        ([code, text]: [number, string]) => code === 1 && text.includes('store-missing'),
      );
    });
  });
});
