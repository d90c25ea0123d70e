import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { expect } from 'chai';
import { request } from 'undici';
import type { TenantName } from '../../../channels/brands.ts';
import { applySchema, createTenantViews } from '../../../runtime/store/schema.ts';
import { sqlOverHttp } from '../../../runtime/store/sql-http.ts';
import { ACME, OTHER, openEdge, type Edge } from '../http/edge.ts';
import { eventRow, temporaryStore, type TemporaryStore } from './embedded-store.ts';

/** What a real client and curl meet at the platform's address, keys and all. */
describe('The SQL interface of a listening platform', function () {
  this.timeout(30_000);
  let temporary: TemporaryStore;
  let edge: Edge;
  let key: string;
  let client: ClickHouseClient;
  const path = '/v1/tenants/acme/sql';

  before(async () => {
    temporary = await temporaryStore();
    const { store } = temporary;
    await applySchema(store);
    for (const tenant of [ACME, OTHER]) await createTenantViews(store, tenant);
    const rows = [
      ...[1, 2, 3].map((n) => eventRow({ id: `a${n.toString()}`, sequence: n })),
      eventRow({ id: 'o1', tenant: 'other', data: '{"text":"secret"}' }),
    ];
    await store.insert('parlance.events', rows, 'test');
    edge = await openEdge({ sql: sqlOverHttp(store) });
    key = await edge.createKey(ACME, ['sql:read']);
    client = clientOf();
  });

  after(async () => {
    await client.close();
    await edge.close();
    await temporary.remove();
  });

  const clientOf = (options: Parameters<typeof createClient>[0] = {}): ClickHouseClient =>
    createClient({
      ...{ url: edge.url, pathname: path, log: { level: ClickHouseLogLevel.OFF } },
      ...(options.password === undefined && { access_token: key }),
      ...options,
    });

  const using = async <Result>(
    options: Parameters<typeof createClient>[0],
    act: (other: ClickHouseClient) => Promise<Result>,
  ): Promise<Result> => {
    const other = clientOf(options);
    try {
      return await act(other);
    } finally {
      await other.close();
    }
  };

  const failure = (call: Promise<unknown>): Promise<Record<string, unknown>> =>
    call.then(
      () => ({}),
      (error: unknown) => error as Record<string, unknown>,
    );

  describe('with the official client', () => {
    it('answers a query with typed rows, under the id that the client chose', async () => {
      const result = await client.query({
        query: 'SELECT id FROM events WHERE sequence >= {from:UInt64} AND id IN {ids:Array(String)} ORDER BY id',
        query_params: { from: 2, ids: ['a2', 'a3', 'o1'] },
        query_id: 'mine-42',
        format: 'JSONEachRow',
      });
      expect(result.query_id).to.equal('mine-42');
      expect(await result.json()).to.deep.equal([{ id: 'a2' }, { id: 'a3' }]);
    });

    it('takes dates, maps, nulls and text with quotes as parameters', async () => {
      const query_params = { at: new Date('2026-03-06T14:00:00Z'), map: { a: "it's" }, none: null, text: 'a\t"b"\\\n' };
      const query =
        "SELECT {at:DateTime('UTC')} AS at, {map:Map(String, String)} AS map, {none:Nullable(String)} AS none, {text:String} AS text";
      const [row] = await (await client.query({ query, query_params, format: 'JSONEachRow' })).json();
      expect(row).to.deep.equal({ ...query_params, at: '2026-03-06 14:00:00' });
    });

    it('streams a result of many blocks, row by row', async () => {
      const result = await client.query({ query: 'SELECT number AS n FROM numbers(150000)', format: 'JSONEachRow' });
      let [count, sum] = [0, 0];
      for await (const rows of result.stream<{ n: string }>()) {
        for (const row of rows) {
          count++;
          sum += Number(row.json().n);
        }
      }
      expect([count, sum]).to.deep.equal([150_000, (150_000 * 149_999) / 2]);
    });

    it('lets a stream be left before its end', async () => {
      const abort = new AbortController();
      const { stream } = await client.exec({
        query: 'SELECT number FROM numbers(50000000) FORMAT CSV',
        abort_signal: abort.signal,
      });
      stream.on('error', () => undefined);
      await new Promise((resolve) => stream.once('data', resolve));
      abort.abort();
      const result = await client.query({ query: 'SELECT 1 AS a', format: 'JSONEachRow' });
      expect(await result.json()).to.deep.equal([{ a: 1 }]);
    });

    it('gives whole documents with their statistics, and CSV as text', async () => {
      const result = await (await client.query({ query: 'SELECT 1 AS a', format: 'JSON' })).json();
      expect(result.data).to.deep.equal([{ a: 1 }]);
      expect(result.statistics?.rows_read).to.equal(1);
      expect(await (await client.query({ query: 'SELECT 1 AS a', format: 'CSVWithNames' })).text()).to.equal(
        '"a"\n1\n',
      );
    });

    it('is pinged, in both ways', async () => {
      expect((await client.ping()).success).to.equal(true);
      expect((await client.ping({ select: true })).success).to.equal(true);
    });

    it('compresses what it answers', async () => {
      const query = { query: 'SELECT number AS n FROM numbers(30000)', format: 'JSONEachRow' } as const;
      await using({ compression: { response: true, request: true } }, async (other) => {
        const result = await other.query(query);
        expect(result.response_headers['content-encoding']).to.equal('gzip');
        expect(await result.json()).to.have.length(30_000);
      });
    });

    it("tells an error as ClickHouse does, with its code and name, and a query's id all the same", async () => {
      const error = await failure(client.query({ query: 'SELECT nonsense FROM events' }));
      expect([error['code'], error['type']]).to.deep.equal(['47', 'UNKNOWN_IDENTIFIER']);
      const syntax = await failure(client.query({ query: 'SELEC 1' }));
      expect(syntax['type']).to.equal('SYNTAX_ERROR');
      const missing = await failure(client.query({ query: 'SELECT * FROM nowhere' }));
      expect(missing['type']).to.equal('UNKNOWN_TABLE');
      const parameter = await failure(client.query({ query: 'SELECT {n:UInt8}', query_params: { n: 'x' } }));
      expect(parameter['type']).to.match(/BAD_QUERY_PARAMETER|CANNOT_PARSE/);
    });

    it('lets settings shape the output, and ignores others, sessions and roles', async () => {
      const result = await client.query({
        query: 'SELECT toUInt64(7) AS n',
        format: 'JSONEachRow',
        clickhouse_settings: { output_format_json_quote_64bit_integers: 0, max_memory_usage: '1' },
        ...{ session_id: 's', role: 'admin' },
      });
      expect(await result.json()).to.deep.equal([{ n: 7 }]);
    });

    it("is bound to the key's tenant, whatever database the client names", async () => {
      const own = await using({ database: 'parlance_tenant_acme' }, async (other) =>
        (
          await other.query({
            query: 'SELECT count() AS n FROM events',
            format: 'JSONEachRow',
            clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
          })
        ).json(),
      );
      expect(own).to.deep.equal([{ n: 3 }]);
      const foreign = await using({ database: 'parlance_tenant_other' }, (other) =>
        failure(other.query({ query: 'SELECT 1' })),
      );
      expect([foreign['code'], foreign['type']]).to.deep.equal(['497', 'ACCESS_DENIED']);
      const elsewhere = await using({ pathname: '/v1/tenants/other/sql' }, (other) =>
        failure(other.query({ query: 'SELECT 1' })),
      );
      expect([elsewhere['code'], elsewhere['type']]).to.deep.equal(['497', 'ACCESS_DENIED']);
      expect(elsewhere['message']).to.contain('key-forbidden: the key is not one of tenant "other"');
    });

    it('writes nothing', async () => {
      const insert = await failure(client.insert({ table: 'events', values: [{ id: 'x' }], format: 'JSONEachRow' }));
      expect(insert['type']).to.equal('ACCESS_DENIED');
      const command = await failure(client.command({ query: 'DROP TABLE events' }));
      expect(command['type']).to.equal('ACCESS_DENIED');
    });

    it('takes the key as the password too, and as nothing else', async () => {
      const count = await using({ username: 'anybody', password: key }, async (other) =>
        (await other.query({ query: 'SELECT 1 AS a', format: 'JSONEachRow' })).json(),
      );
      expect(count).to.deep.equal([{ a: 1 }]);
      const wrong = await using({ username: key, password: 'x' }, (other) =>
        failure(other.query({ query: 'SELECT 1' })),
      );
      expect([wrong['code'], wrong['type']]).to.deep.equal(['516', 'AUTHENTICATION_FAILED']);
      expect(wrong['message']).to.contain('key-invalid: the key is unknown or revoked');
    });

    it('is told of a tenant or a path that is not there as of a database', async () => {
      const absent = await edge.createKey('absent' as TenantName, ['sql:read']);
      for (const [pathname, token, code] of [
        ['/v1/tenants/absent/sql', absent, 'tenant-unknown'],
        [`${path}/elsewhere`, key, 'route-unknown'],
      ] as const) {
        const missing = await using({ pathname, access_token: token }, (other) =>
          failure(other.query({ query: 'SELECT 1' })),
        );
        expect([missing['code'], missing['type']]).to.deep.equal(['81', 'UNKNOWN_DATABASE']);
        expect(missing['message']).to.contain(`${code}: there is no`);
      }
    });
  });

  describe('with curl', () => {
    const curl = async (...args: string[]): Promise<string> =>
      (await promisify(execFile)('curl', ['--silent', '--show-error', ...args])).stdout;
    const bearer = (): string[] => ['-H', `Authorization: Bearer ${key}`];

    it('answers the statement in the body or in the address, with parameters', async () => {
      expect(await curl(...bearer(), edge.url + path, '--data-binary', 'SELECT count() FROM events')).to.equal('3\n');
      expect(
        await curl(
          ...bearer(),
          '--get',
          edge.url + path,
          '--data-urlencode',
          'query=SELECT {a:UInt8} + 1',
          '--data-urlencode',
          'param_a=1',
        ),
      ).to.equal('2\n');
      expect(
        await curl(
          '-H',
          `X-ClickHouse-Key: ${key}`,
          '-H',
          'X-ClickHouse-User: ana',
          `${edge.url}${path}?query=SELECT+1`,
        ),
      ).to.equal('1\n');
      expect(await curl('--user', `ana:${key}`, `${edge.url}${path}?query=SELECT+1`)).to.equal('1\n');
    });

    it('says its format, its id and the error in the head', async () => {
      const head = await curl(...bearer(), '--include', `${edge.url}${path}?query_id=q-1&query=SELECT+1+FORMAT+JSON`);
      expect(head)
        .to.match(/^HTTP\/1\.1 200/)
        .and.match(/x-clickhouse-query-id: q-1/i)
        .and.match(/x-clickhouse-format: JSON/i);
      expect(head).to.match(/content-type: application\/json/i);
      const wrong = await curl(...bearer(), '--include', `${edge.url}${path}?query=SELEC+1`);
      expect(wrong)
        .to.match(/^HTTP\/1\.1 400/)
        .and.match(/x-clickhouse-exception-code: 62/i)
        .and.match(/x-clickhouse-query-id: /i);
    });

    it('compresses where it is asked to, and reads a compressed statement', async () => {
      const text = await curl(
        ...bearer(),
        '--compressed',
        `${edge.url}${path}?enable_http_compression=1`,
        '--data-binary',
        'SELECT number FROM numbers(5)',
      );
      expect(text).to.equal('0\n1\n2\n3\n4\n');
      const headers = { authorization: `Bearer ${key}`, 'accept-encoding': 'gzip' };
      const zipped = await request(`${edge.url}${path}?enable_http_compression=1&query=SELECT+1`, { headers });
      expect(zipped.headers['content-encoding']).to.equal('gzip');
      expect(gunzipSync(Buffer.from(await zipped.body.arrayBuffer())).toString()).to.equal('1\n');
      const plain = await request(`${edge.url}${path}?query=SELECT+1`, { headers });
      expect([plain.headers['content-encoding'], await plain.body.text()]).to.deep.equal([undefined, '1\n']);
      const sent = await request(edge.url + path, {
        method: 'POST',
        headers: { ...headers, 'content-encoding': 'gzip' },
        body: gzipSync('SELECT 7'),
      });
      expect(await sent.body.text()).to.equal('7\n');
    });

    it('answers a ping at the address of the interface, and lets nobody in without a key', async () => {
      expect(await curl(...bearer(), `${edge.url}${path}/ping`)).to.equal('Ok.\n');
      expect(
        await curl('--output', '/dev/null', '--write-out', '%{http_code}', `${edge.url}${path}?query=SELECT+1`),
      ).to.equal('401');
      expect(await curl('--output', '/dev/null', '--write-out', '%{http_code}', `${edge.url}${path}/ping`)).to.equal(
        '401',
      );
      const refused = await curl('--include', `${edge.url}${path}?query_id=q-2&query=SELECT+1`);
      expect(refused)
        .to.match(/x-clickhouse-exception-code: 516/i)
        .and.match(/x-clickhouse-query-id: q-2/i)
        .and.match(/www-authenticate: Bearer/i)
        .and.match(/^Code: 516\. DB::Exception: key-missing: .*\. \(AUTHENTICATION_FAILED\)$/m);
    });
  });
});
