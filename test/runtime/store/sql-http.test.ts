import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { expect } from 'chai';
import type { TenantName } from '../../../channels/brands.ts';
import { StoreError } from '../../../runtime/store/errors.ts';
import type { ReadRequest } from '../../../runtime/store/port.ts';
import { applySchema, createTenantViews } from '../../../runtime/store/schema.ts';
import { sqlOverHttp } from '../../../runtime/store/sql-http.ts';
import { tableOf } from '../../../runtime/store/rows.ts';
import { eventRow, temporaryStore, type TemporaryStore } from './embedded-store.ts';

const acme = 'acme' as TenantName;

describe('SQL over HTTP', function () {
  this.timeout(60_000);
  let temporary: TemporaryStore;
  let server: Server;
  let url: string;
  let client: ClickHouseClient;

  before(async () => {
    temporary = await temporaryStore();
    const { store } = temporary;
    await applySchema(store);
    await createTenantViews(store, acme);
    await createTenantViews(store, 'other' as TenantName);
    // What else a server may hold.
    await store.command('CREATE DATABASE bookkeeping');
    await store.command("CREATE VIEW bookkeeping.secret AS SELECT 'x' AS a");
    const rows = [
      eventRow({ id: 'a1', data: '{"connector":"sms","from":"tel:+12125550123","text":"sure"}' }),
      eventRow({ id: 'a2', sequence: 2, data: '{"connector":"sms","from":"tel:+12125550123","text":"no"}' }),
      eventRow({ id: 'o1', tenant: 'other', data: '{"text":"secret"}' }),
    ];
    await store.insert(tableOf(store, 'events'), rows, 'test');
    const sql = sqlOverHttp(store);
    server = createServer((request, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const { searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
        const answer = await sql.handle({ tenant: acme, query, headers: request.headers, body: Buffer.concat(chunks) });
        response.writeHead(answer.status, answer.headers);
        await pipeline(typeof answer.body === 'string' ? Readable.from([answer.body]) : answer.body, response);
      })();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}`;
    client = createClient({ url, log: { level: ClickHouseLogLevel.OFF } });
  });

  after(async () => {
    await client.close();
    server.close();
    await temporary.remove();
  });

  const rowsOf = async (query: string, query_params: Record<string, unknown> = {}): Promise<unknown> =>
    (await client.query({ query, query_params, format: 'JSONEachRow' })).json();

  const errorOf = async (query: string): Promise<string> => {
    try {
      const { stream } = await client.exec({ query });
      let text = '';
      for await (const chunk of stream) text += String(chunk);
      return `no error, but: ${text}`;
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('answers the official client, with parameters of every shape', async () => {
    expect(await rowsOf('SELECT id FROM events ORDER BY id')).to.deep.equal([{ id: 'a1' }, { id: 'a2' }]);
    const typed = { text: "it's\ta\\b", list: ['a', "b'c"], n: 7, none: null };
    const query =
      'SELECT {text:String} AS text, {list:Array(String)} AS list, {n:UInt8} AS n, {none:Nullable(String)} AS none';
    expect(await rowsOf(query, typed)).to.deep.equal([typed]);
    expect((await client.ping()).success).to.equal(true);
  });

  it('answers curl, with the statement in the body or in the address, and a format of its choice', async () => {
    const curl = async (...args: string[]): Promise<string> =>
      (await promisify(execFile)('curl', ['--silent', '--show-error', ...args])).stdout;
    expect(await curl(url, '--data-binary', 'SELECT count() FROM events')).to.equal('2\n');
    expect(await curl('--get', url, '--data-urlencode', 'query=SELECT 1 AS a FORMAT CSVWithNames')).to.equal(
      '"a"\n1\n',
    );
    expect(await curl(`${url}?default_format=JSONEachRow`, '--data-binary', 'SELECT 1 AS a')).to.equal('{"a":1}\n');
    expect(await curl(url, '--data-binary', 'SELEC 1')).to.match(/^Code: 62\. DB::Exception: Syntax error/);
  });

  it('streams results larger than one block whole', async () => {
    const rows = (await rowsOf('SELECT number FROM numbers(200000)')) as unknown[];
    expect(rows).to.have.length(200_000);
    const csv = await (
      await client.exec({ query: 'SELECT number FROM numbers(200000) FORMAT CSVWithNames' })
    ).stream.toArray();
    expect(
      Buffer.concat(csv as Buffer[])
        .toString()
        .split('\n'),
    ).to.have.length(200_002);
  });

  it('says so where a result is not read in the time that its statement has', async () => {
    const { store } = temporary;
    const stream = await store.read({
      ...{ sql: 'SELECT number FROM numbers(3000000)', parameters: {}, database: store.database },
      ...{ format: 'JSONEachRow', settings: { max_execution_time: '1' } },
    });
    let problem = 'none';
    try {
      for await (const chunk of stream) if (String(chunk).includes('"number":0}')) await sleep(1500);
    } catch (error) {
      problem = (error as Error).message;
    }
    expect(problem).to.match(/^Code: 159\b/);
  });

  const readAll = async (sql: string, options: Partial<ReadRequest>): Promise<unknown> => {
    const { store } = temporary;
    const parts = { parameters: {}, database: store.database, format: 'JSONEachRow', settings: {} };
    try {
      for await (const chunk of await store.read({ ...parts, sql, ...options })) if (chunk === undefined) return;
      return 'read to its end';
    } catch (error) {
      return error;
    }
  };

  it("says in ClickHouse's own words what goes wrong after the first rows, and that there are too many", async () => {
    for (const [sql, settings, code] of [
      ['SELECT throwIf(number = 900000) AS a FROM numbers(1000000)', {}, 395],
      ['SELECT number FROM numbers(1000000)', { max_result_bytes: '1000000' }, 396],
      ['SELECT number FROM numbers(1000000)', { max_result_rows: '200000' }, 396],
    ] as const) {
      const problem = await readAll(sql, { settings });
      expect(problem, sql).to.be.instanceOf(StoreError).and.to.include({ code: 'sql-failed' });
      expect(String(problem)).to.include(`Code: ${code.toString()}. DB::Exception`);
    }
  });

  /** Resolves once so many statements of these tests run that would go on for long. */
  const becomes = async (count: number): Promise<void> => {
    const asked = "SELECT count() AS n FROM system.processes WHERE query LIKE 'SELECT number AS never%'";
    const deadline = Date.now() + 20_000;
    while ((await temporary.store.query(asked))[0]?.['n'] !== count) {
      if (Date.now() > deadline) throw new Error(`not ${count.toString()} run`);
      await sleep(20);
    }
  };

  it('ends what runs where an answer is given up before its first row is read', async () => {
    const { store } = temporary;
    const stream = await store.read({
      ...{ sql: 'SELECT number AS never FROM numbers(1000000000000)', parameters: {}, database: store.database },
      ...{ format: 'JSONEachRow', settings: { max_execution_time: '40' } },
    });
    await becomes(1);
    stream.destroy();
    await becomes(0);
  });

  for (const format of ['JSONEachRow', 'PrettyCompactMonoBlock']) {
    it(`ends what runs where whoever asked goes away, in the format ${format}`, async () => {
      const leaving = new AbortController();
      const sql = 'SELECT number AS never FROM numbers(1000000000000) WHERE sipHash64(number) = 1';
      const reading = readAll(sql, { format, settings: { max_execution_time: '40' }, signal: leaving.signal });
      await becomes(1);
      leaving.abort();
      expect(String(await reading)).to.include('QUERY_WAS_CANCELLED');
      await becomes(0);
    });
  }

  it('lists and describes the views, with what each column means', async () => {
    expect(await rowsOf('SHOW TABLES')).to.deep.include({ name: 'conversations' });
    const columns = (await rowsOf('DESCRIBE TABLE messages')) as { name: string; comment: string }[];
    expect(columns.find(({ name }) => name === 'direction')?.comment).to.equal('in or out');
  });

  it('lets analysts use joins, windows, combinators, lambdas and common table expressions', async () => {
    const query = `WITH m AS (SELECT id, JSONExtractString(data, 'text') AS text FROM events)
      SELECT countIf(text = 'sure') AS sure, arrayMap(x -> upper(x), groupArray(text)) AS texts,
             max(n) AS newest, sumOrNull(n) AS total
      FROM (SELECT m.text, row_number() OVER (ORDER BY id) AS n FROM m JOIN events AS e USING (id) WHERE id IN (SELECT id FROM events))`;
    expect(await rowsOf(query)).to.deep.equal([{ sure: 1, texts: ['SURE', 'NO'], newest: 2, total: 3 }]);
  });

  const refused: Record<string, readonly string[]> = {
    'other databases': [
      'SELECT * FROM parlance.events',
      'SELECT * FROM parlance_analysis.events',
      'SELECT * FROM parlance_tenant_other.events',
      'SELECT * FROM `parlance_tenant_other`.`events`',
      'SELECT * FROM system.tables',
      "SELECT 1 WHERE 'x' IN system.tables",
      "SELECT 1 WHERE 'x' IN (parlance.events)",
      'SELECT (SELECT count() FROM parlance.events)',
      'WITH a AS (SELECT * FROM parlance.events) SELECT * FROM a',
      'SELECT 1 UNION ALL SELECT count() FROM parlance.events',
      'SELECT * FROM events AS e JOIN parlance.events AS p ON e.id = p.id',
      'SELECT count() FROM /* FROM events */ parlance.events -- harmless',
      'DESCRIBE TABLE parlance.events',
      'EXPLAIN SELECT * FROM parlance.events',
      'SHOW DATABASES',
      'SHOW TABLES FROM parlance',
      'SHOW TABLES LIMIT (SELECT count() FROM parlance.events)',
      "SELECT 1 WHERE 'x' IN bookkeeping.secret",
      "SELECT nullIn('x', bookkeeping.secret)",
      "WITH bookkeeping.secret AS b SELECT 'x' IN b",
      "SELECT arrayExists(x -> x GLOBAL NOT IN bookkeeping.secret, ['x'])",
      "SELECT * FROM merge('parlance', '.*')",
      "SELECT * FROM cluster('default', parlance.events)",
      "SELECT * FROM viewIfPermitted(SELECT 1 ELSE null('a Int8'))",
    ],
    'what is there of other tenants': [
      'EXPLAIN ESTIMATE SELECT * FROM events',
      'EXPLAIN indexes = 1 SELECT * FROM events',
      'EXPLAIN PLAN json = 1, indexes = 1 SELECT * FROM events',
      'EXPLAIN PLAN projections = 1 SELECT * FROM events',
      'EXPLAIN ANALYZE SELECT * FROM events',
      'SELECT * FROM (EXPLAIN ESTIMATE SELECT * FROM events)',
    ],
    'files and the network': [
      "SELECT file('/etc/passwd')",
      "SELECT arrayMap(x -> file(x), ['/etc/passwd'])",
      "SELECT * APPLY(file) FROM (SELECT '/etc/passwd')",
      "SELECT * FROM events ORDER BY file('/etc/passwd')",
      "SELECT * FROM file('/etc/passwd', 'LineAsString')",
      "SELECT * FROM (SELECT * FROM file('/etc/passwd', 'LineAsString'))",
      "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
      "SELECT * FROM s3('http://127.0.0.1:1/b/k')",
      "SELECT * FROM remote('127.0.0.1', 'parlance', 'events')",
      "SELECT * FROM executable('x', 'TSV', 'a String')",
      "DESCRIBE TABLE file('/etc/passwd')",
      "SHOW TABLES LIMIT length(file('/etc/passwd'))",
      "SHOW TABLES WHERE name = file('/etc/passwd')",
      "SELECT dictGet('a', 'b', 1)",
      "SELECT joinGet('parlance.events', 'id', 1)",
      "SELECT aiGenerate('hello')",
      "SELECT getMacro('shard')",
      'SELECT sleep(3)',
    ],
    'writes and settings': [
      "INSERT INTO events (id) VALUES ('x')",
      "INSERT INTO parlance.events (id) VALUES ('x')",
      'DROP TABLE events',
      'ALTER TABLE parlance.events DELETE WHERE 1',
      'TRUNCATE TABLE parlance.events',
      'CREATE TABLE x (a Int8) ENGINE = Memory',
      'CREATE TEMPORARY TABLE x (a Int8) ENGINE = Memory',
      'SET readonly = 0',
      'SELECT 1 SETTINGS readonly = 0',
      'SELECT 1 SETTINGS max_execution_time = 0',
      'SELECT 1; DROP TABLE parlance.events',
      'USE parlance',
      'KILL QUERY WHERE 1',
      'SYSTEM SHUTDOWN',
      'OPTIMIZE TABLE parlance.events',
      'EXPLAIN AST INSERT INTO x SELECT 1',
    ],
  };

  for (const [what, statements] of Object.entries(refused)) {
    it(`refuses ${what}`, async () => {
      for (const statement of statements) {
        const message = await errorOf(statement);
        expect(message, statement).not.to.match(/^no error/);
        expect(message, statement).to.match(
          /not allowed here|another database|runs? here|readonly|Multi-statements|[Ss]yntax/,
        );
      }
      expect(await rowsOf('SELECT count() AS n FROM events')).to.deep.equal([{ n: 2 }]);
    });
  }

  it('says once why a statement may set nothing, and not of which build the engine is', async () => {
    expect(await errorOf('SELECT 1 SETTINGS max_threads = 1')).to.equal(
      "Cannot modify 'max_threads' setting in readonly mode. ",
    );
    const curled = await (await fetch(url, { method: 'POST', body: 'SELECT 1 SETTINGS max_threads = 1' })).text();
    expect(curled).to.match(/^Code: 164\. DB::Exception: Cannot modify 'max_threads' .* \(READONLY\)\n$/);
  });

  it('explains how a query is read', async () => {
    for (const how of ['', 'PLAN actions = 1, header = 1', 'AST', 'SYNTAX oneline = 1', 'QUERY TREE', 'PIPELINE'])
      expect(await errorOf(`EXPLAIN ${how} WITH 1 AS a SELECT a, id FROM events`)).to.match(/^no error, but: \S/);
    expect(await errorOf('EXPLAIN (SELECT 1) UNION ALL (SELECT 2)')).to.match(/^no error, but: \S/);
  });

  it('refuses to write a file, whatever the statement', async () => {
    const path = join(temporary.folder, 'stolen.csv');
    for (const statement of [
      `SELECT * FROM events INTO OUTFILE '${path}' FORMAT CSV`,
      `SELECT 1 UNION ALL SELECT 2 INTO OUTFILE '${path}' APPEND`,
      `DESCRIBE TABLE events INTO OUTFILE '${path}'`,
      `EXPLAIN AST SELECT 'anything' INTO OUTFILE '${path}'`,
      `SHOW TABLES LIKE 'events' INTO OUTFILE '${path}'`,
    ]) {
      expect(await errorOf(statement), statement).to.match(/INTO OUTFILE is not allowed|only SHOW TABLES/);
      expect(existsSync(path), statement).to.equal(false);
    }
  });

  it('lists tables by a pattern, a few of them, in a format that only writes to the answer', async () => {
    expect(await rowsOf("SHOW TABLES LIKE 'e%'")).to.deep.equal([{ name: 'events' }]);
    expect(await rowsOf("SHOW TABLES NOT ILIKE '%E\\'%' LIMIT 1")).to.deep.equal([{ name: 'broadcasts' }]);
    expect(await errorOf('SHOW TABLES FORMAT Template')).to.contain('FORMAT Template is not allowed');
    expect(await errorOf('DESCRIBE TABLE events FORMAT Template')).to.contain('FORMAT Template is not allowed');
  });

  it('holds an operator to what reads, too, and lets them look at every database', async () => {
    const asOperator = async (statement: string): Promise<string> => {
      const request = { query: new URLSearchParams(), headers: {}, body: Buffer.from(statement) };
      const { body } = await sqlOverHttp(temporary.store).handle(request);
      return typeof body === 'string' ? body : Buffer.concat((await body.toArray()) as Buffer[]).toString();
    };
    expect(await asOperator('SHOW DATABASES')).to.contain('bookkeeping');
    expect(await asOperator('SHOW TABLES FROM bookkeeping')).to.equal('secret\n');
    expect(await asOperator("SELECT 'x' IN bookkeeping.secret")).to.equal('1\n');
    expect(await asOperator("SHOW TABLES WHERE name = file('/etc/passwd')")).to.match(/^Code: 497/);
    expect(await asOperator("SHOW DATABASES LIMIT length(file('/etc/passwd'))")).to.match(/^Code: 497/);
  });

  it('refuses a table name smuggled in as a parameter, and settings in the address', async () => {
    const named = await rowsOf('SELECT count() FROM {t:Identifier}', { t: 'parlance.events' }).catch(String);
    expect(named).to.contain('another database');
    const chosen = await fetch(`${url}?database=parlance&query=SELECT+1`);
    expect([chosen.status, await chosen.text()]).to.satisfy(
      ([status, text]: [number, string]) => status === 403 && text.startsWith('Code: 497.'),
    );
    const opened = await fetch(
      `${url}?readonly=0&max_execution_time=0&query=${encodeURIComponent("SELECT getSetting('readonly')")}`,
    );
    expect(opened.status).to.equal(403);
  });
});
