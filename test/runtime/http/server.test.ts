import { expect } from 'chai';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { request } from 'undici';
import WebSocket, { WebSocketServer } from 'ws';
import { BrokerError } from '../../../runtime/broker/errors.ts';
import { sectionOf } from '../../../runtime/http/error-pages.ts';
import { HttpError } from '../../../runtime/http/problem.ts';
import type { SqlRequest } from '../../../runtime/http/sql-route.ts';
import { ACME, EVENTS, openEdge, OTHER, structured, type Edge } from './edge.ts';

describe('the HTTP server', () => {
  let edge: Edge | undefined;
  afterEach(async () => {
    await edge?.close();
    edge = undefined;
  });

  it('is alive, whatever else is not', async () => {
    edge = await openEdge({ readiness: [{ name: 'broker', check: () => Promise.reject(new Error('no')) }] });
    expect((await edge.send('/healthz')).status).to.equal(200);
  });

  it('is ready when every check passes, and names those that do not', async () => {
    let reachable = false;
    const unreachable = new BrokerError('broker-unreachable', 'connect ECONNREFUSED 10.9.8.7');
    edge = await openEdge({
      readiness: [
        { name: 'broker', check: () => (reachable ? Promise.resolve() : Promise.reject(unreachable)) },
        { name: 'store', check: () => Promise.resolve() },
      ],
    });
    const before = await edge.send('/readyz');
    expect(before.status).to.equal(503);
    expect(before.json()).to.deep.equal({
      status: 'not-ready',
      checks: [
        { name: 'broker', ok: false, reason: 'broker-unreachable' },
        { name: 'store', ok: true },
      ],
    });
    reachable = true;
    expect((await edge.send('/readyz')).status).to.equal(200);
    edge.server.drain();
    expect((await edge.send('/readyz')).status, 'draining').to.equal(503);
    expect((await edge.send(EVENTS, structured())).status, 'draining still serves').to.equal(202);
  });

  it('shows metrics: its own, by route, and what others register', async () => {
    edge = await openEdge();
    await edge.send(EVENTS, structured());
    await edge.send('/made/up');
    const { text, headers } = await edge.send('/metrics');
    expect(headers['content-type']).to.match(/^text\/plain/);
    expect(text).to.match(/^process_cpu_seconds_total|^# HELP process_cpu/m);
    expect(text).to.contain('parlance_http_events_accepted_total{tenant="acme"} 1');
    expect(text).to.contain('route="/v1/tenants/:tenant/channels/external/events",status="202"');
    expect(text).to.contain('route="other",status="404"').and.not.to.contain('made/up');
  });

  it('answers 404 and 405 as problem documents', async () => {
    edge = await openEdge();
    const missing = await edge.send('/nothing');
    expect([missing.status, missing.problem().code]).to.deep.equal([404, 'route-unknown']);
    const wrong = await edge.send(EVENTS);
    expect([wrong.status, wrong.problem().code]).to.deep.equal([405, 'method-not-allowed']);
    expect(wrong.headers['allow']).to.equal('POST');
  });

  it('tells a tenant that there is not from a path that there is not, once the key was checked', async () => {
    const open = await openEdge();
    edge = open;
    const asked = async (path: string, headers: Record<string, string> = {}): Promise<unknown> => {
      const answer = await open.send(`/v1/tenants/${path}`, { method: 'POST', headers });
      const { code, detail } = answer.problem();
      return [code, detail];
    };
    const unknown = 'there is no tenant "acne": `parlance tenants list` shows them';
    expect(await asked('acne/store/check')).to.deep.equal(['tenant-unknown', unknown]);
    expect(await asked('acme/nothing')).to.deep.equal([
      'route-unknown',
      'there is nothing at /v1/tenants/acme/nothing',
    ]);
    const authorization = `Bearer ${await open.createKey(ACME)}`;
    for (const path of ['acme/nothing', 'acne/store/check']) {
      const [code] = (await asked(path, { authorization: 'Bearer nonsense' })) as [string];
      expect(code, path).to.equal('key-invalid');
    }
    expect(await asked('acne/store/check', { authorization })).to.include('key-forbidden');
  });

  it('leads from a problem to its explanation', async () => {
    edge = await openEdge();
    const { type } = (await edge.send(EVENTS, structured({ id: undefined }))).problem();
    const page = await edge.send(type);
    expect(page.status).to.equal(200);
    expect(page.text)
      .to.match(/^## event-malformed\n/)
      .and.not.to.contain('\n## ');
    expect((await edge.send('/errors/nonsense')).status).to.equal(404);
    expect(sectionOf('# A\n## a\nx\n# B\n', 'a')).to.equal('## a\nx\n');
  });

  it("serves a connector's routes under its prefix, with headers, query and body", async () => {
    edge = await openEdge({
      connectors: () => [
        {
          tenant: ACME,
          prefix: '/acme',
          upgrades: [],
          routes: [
            { method: 'GET', path: '/chat/', handle: ({ query }) => text(`page ${String(query.get('q'))}`) },
            {
              method: 'POST',
              path: '/hook',
              handle: ({ body, headers }) => text(`${body.toString()} ${headers['x-a'] ?? ''}`),
            },
            { method: 'POST', path: '/broken', handle: () => Promise.reject(new Error('inside')) },
          ],
        },
      ],
    });
    expect((await edge.send('/acme/chat/?q=1')).text).to.equal('page 1');
    const hook = await edge.send('/acme/hook', { method: 'POST', headers: { 'x-a': 'b' }, body: 'hello' });
    expect(hook.text).to.equal('hello b');
    expect((await edge.send('/acme/hook')).status).to.equal(405);
    expect((await edge.send('/chat/')).status).to.equal(404);
    const broken = await edge.send('/acme/broken', { method: 'POST', body: '' });
    expect([broken.status, broken.problem().code]).to.deep.equal([500, 'internal-error']);
    const large = await edge.send('/acme/hook', { method: 'POST', body: Buffer.alloc(1024 * 1024 + 1) });
    expect(large.status).to.equal(413);
  });

  it("serves a connector's route with a scope in the tenant's API, and only to keys that have it", async () => {
    const opened = await openEdge({
      connectors: () => [
        {
          tenant: ACME,
          prefix: '/acme',
          upgrades: [],
          routes: [
            {
              method: 'GET',
              path: '/handoffs/:conversation/:part',
              scope: 'handoffs:answer',
              handle: ({ parameters }) => text(JSON.stringify(parameters)),
            },
          ],
        },
      ],
    });
    edge = opened;
    const get = async (path: string, key: string): Promise<{ status: number; text: string }> =>
      opened.send(path, { headers: { authorization: `Bearer ${key}` } });
    const [key, other, stranger] = [
      await opened.createKey(ACME, ['handoffs:answer']),
      await opened.createKey(ACME, ['events:write', 'sql:read']),
      await opened.createKey(OTHER, ['handoffs:answer']),
    ];
    const path = '/v1/tenants/acme/handoffs/c%2F1/text';
    expect((await get(path, key)).text).to.equal('{"conversation":"c/1","part":"text"}');
    expect((await opened.send(path)).status, 'without a key').to.equal(401);
    expect((await get(path, other)).status, 'without the scope').to.equal(403);
    expect((await get(path, stranger)).status, "another tenant's").to.equal(403);
    for (const wrong of [
      '/acme/handoffs/c1/text',
      '/v1/tenants/acme/handoffs/c1',
      '/v1/tenants/acme/handoffs/%/text',
    ]) {
      expect((await get(wrong, key)).status, wrong).to.equal(404);
    }
  });

  it('hands WebSockets to the connector that has the path, and closes them at the end', async () => {
    const sockets = new WebSocketServer({ noServer: true });
    sockets.on('connection', (socket) => {
      socket.send('welcome');
    });
    edge = await openEdge({
      connectors: () => [
        {
          tenant: ACME,
          prefix: '/acme',
          routes: [],
          upgrades: [
            {
              path: '/chat/socket',
              handle: (request, socket, head) => {
                sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened, request));
              },
            },
          ],
        },
      ],
    });
    const client = new WebSocket(`${edge.url.replace('http', 'ws')}/acme/chat/socket?session=1`);
    const greeting = await new Promise((resolve) =>
      client.once('message', (data: Buffer) => {
        resolve(data.toString());
      }),
    );
    expect(greeting).to.equal('welcome');
    const stranger = new WebSocket(`${edge.url.replace('http', 'ws')}/elsewhere`);
    const refusal = await new Promise<string>((resolve) =>
      stranger.once('error', (error) => {
        resolve(error.message);
      }),
    );
    expect(refusal).to.contain('404');
    const closed = new Promise((resolve) => client.once('close', resolve));
    await edge.close();
    await closed;
    edge = undefined;
  });

  it('goes on serving where whoever asked for a WebSocket is cut off over the refusal', async () => {
    const opened = (edge = await openEdge());
    const { port } = new URL(opened.url);
    const stranger = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
    stranger.write('GET /elsewhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    stranger.resume();
    await once(stranger, 'end');
    stranger.resetAndDestroy();
    expect((await opened.send('/healthz')).status).to.equal(200);
    // Ends by itself, with every connection.
    await opened.server.close(60_000);
  });

  it('passes SQL on for the tenant of the key, however ClickHouse tools send it', async () => {
    const asked: SqlRequest[] = [];
    edge = await openEdge({
      sql: {
        handle: (request) => {
          asked.push(request);
          return Promise.resolve({ status: 200, headers: { 'x-rows': '1' }, body: Readable.from(['1', '\n']) });
        },
      },
    });
    const token = await edge.createKey(ACME, ['sql:read']);
    const path = '/v1/tenants/acme/sql?query=SELECT%201';
    const basic = Buffer.from(`default:${token}`).toString('base64');
    for (const headers of [
      { authorization: `Bearer ${token}` },
      { authorization: `Basic ${basic}` },
      { 'x-clickhouse-key': token },
    ]) {
      const answer = await edge.send(path, { headers: headers });
      expect([answer.status, answer.text, answer.headers['x-rows']]).to.deep.equal([200, '1\n', '1']);
    }
    expect(asked.map(({ tenant, query }) => [tenant, query.get('query')])).to.deep.equal(
      Array.from({ length: 3 }, () => ['acme', 'SELECT 1']),
    );
    const writer = await edge.createKey(ACME, ['events:write']);
    expect((await edge.send(path, { headers: { authorization: `Bearer ${writer}` } })).status).to.equal(403);
    expect((await edge.send(path)).status).to.equal(401);
    expect((await edge.send(path, { method: 'DELETE' })).status).to.equal(405);
  });

  it("waits for the store's mark as long as whoever asked waits for the answer", async () => {
    const asked: AbortSignal[] = [];
    edge = await openEdge({
      marks: {
        settled: (_, signal) => {
          asked.push(signal);
          return new Promise(() => undefined);
        },
      },
    });
    const leaving = new AbortController();
    const answer = request(`${edge.url}/v1/tenants/acme/mark`, { signal: leaving.signal }).catch(() => 'left');
    while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(asked[0]?.aborted).to.equal(false);
    leaving.abort();
    expect(await answer).to.equal('left');
    while (asked[0]?.aborted !== true) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(edge.logged.join('\n'), 'that somebody left is no failure').not.to.include('request failed');
  });

  it('answers with the reason where there is no mark to wait for, and goes on', async () => {
    edge = await openEdge({
      marks: {
        settled: () => {
          throw new HttpError('unavailable', 'the tenant is growing');
        },
      },
    });
    const answer = await edge.send('/v1/tenants/acme/mark');
    expect([answer.status, answer.problem().detail]).to.deep.equal([503, 'the tenant is growing']);
    expect((await edge.send('/healthz')).status).to.equal(200);
  });

  it('lets a request under way finish when it closes, and takes no new one', async () => {
    let finish: () => void = () => undefined;
    let began: () => void = () => undefined;
    const beginning = new Promise<void>((resolve) => {
      began = resolve;
    });
    const own = await openEdge({
      publisher: {
        publishExternal: () =>
          new Promise((resolve) => {
            finish = resolve;
            began();
          }),
      },
    });
    const answer = own.send(EVENTS, structured());
    await beginning;
    const closing = own.server.close(10_000);
    const refused: unknown = await own.send('/healthz').catch((error: unknown) => error);
    expect(refused).to.have.property('code', 'ECONNREFUSED');
    finish();
    expect((await answer).status).to.equal(202);
    await closing;
  });

  it('cuts what does not end in time', async () => {
    const own = await openEdge();
    const port = Number(new URL(own.url).port);
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('POST /v1/tenants/acme/channels/external/events HTTP/1.1\r\nHost: localhost\r\n');
    });
    socket.on('error', () => undefined);
    const ended = new Promise((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => socket.once('connect', resolve));
    await own.server.close(50);
    await ended;
  });
});

function text(body: string): { status: number; headers: Record<string, string>; body: string } {
  return { status: 200, headers: { 'content-type': 'text/plain' }, body };
}
