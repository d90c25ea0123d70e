import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { until } from '../until.ts';
import { Api, json, redirect } from './api.ts';
import { DataScene } from './data-scene.ts';

describe('The data connector, where the source fails', () => {
  let scene: DataScene;
  let api: Api;
  let raw: Server | undefined;

  beforeEach(async () => {
    scene = new DataScene();
    api = new Api();
    await Promise.all([scene.open(), api.open()]);
  });

  afterEach(async () => {
    await scene.remove();
    await api.close();
    await new Promise<unknown>((resolve) => {
      if (raw) raw.close(resolve);
      else resolve(undefined);
    });
    raw = undefined;
  });

  const get = (path = '/', more: object = {}): object => ({ method: 'GET', url: api.url + path, ...more });

  it('gives up an attempt after the time-out of the question, whatever part of it is slow', async () => {
    await scene.run();
    api.behave = () => undefined;
    const silent = await scene.askAndWait(get('/', { timeoutMs: 60, retries: 0 }));
    expect(silent).to.include({ code: 'data-timed-out', permanent: false, attempts: 1 });
    expect(silent.reason).to.contain('60 ms');
    api.behave = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 5);
      response.on('close', () => {
        clearInterval(drip);
      });
    };
    expect(await scene.askAndWait(get('/', { timeoutMs: 60, retries: 0 }))).to.include({ code: 'data-timed-out' });
    api.behave = (_, response) => {
      redirect(response, '/again');
    };
    expect(await scene.askAndWait(get())).to.include({ code: 'data-refused', status: 302 });
  });

  it('asks again with growing pauses what may be asked twice, and says how often', async () => {
    await scene.run();
    api.behave = (_, response, nth) => {
      json(response, { nth }, nth < 3 ? 503 : 200);
    };
    expect(await scene.askAndWait(get())).to.deep.include({ value: { nth: 3 }, attempts: 3 });
    expect(scene.pauses).to.deep.equal([250, 500]);
  });

  it('repeats what changes something only where the author asked for it', async () => {
    await scene.run();
    api.behave = (_, response) => {
      json(response, {}, 500);
    };
    const post = { method: 'POST', url: api.url };
    expect(await scene.askAndWait(post)).to.include({ code: 'data-unavailable', attempts: 1, status: 500 });
    expect(await scene.askAndWait({ ...post, method: 'PATCH' })).to.include({ attempts: 1 });
    expect(await scene.askAndWait({ ...post, method: 'PUT' })).to.include({ attempts: 3 });
    expect(await scene.askAndWait({ ...post, retries: 1 })).to.include({ attempts: 2 });
    const keys = api.heard.slice(-2).map(({ headers }) => headers['idempotency-key']);
    expect(keys[0], 'the same key at each attempt').to.be.a('string').and.to.equal(keys[1]);
  });

  it('waits as long as the source asks for, unless that is too long', async () => {
    await scene.run();
    api.behave = (_, response, nth) => {
      if (nth === 1) response.writeHead(429, { 'retry-after': '7' }).end();
      else if (nth === 2) response.writeHead(503, { 'retry-after': new Date(Date.now() + 9_000).toUTCString() }).end();
      else if (nth === 3) response.writeHead(429, { 'retry-after': '3600' }).end();
      else json(response, {});
    };
    expect(await scene.askAndWait(get('/', { retries: 5 }))).to.include({
      ...{ code: 'data-refused', status: 429, attempts: 3, permanent: false },
    });
    expect(scene.pauses[0]).to.equal(7_000);
    expect(scene.pauses[1]).to.be.within(1_000, 9_000);
    expect(scene.pauses).to.have.length(2);
  });

  it('does not repeat what is refused, and tells the status', async () => {
    await scene.run();
    api.behave = (_, response) => {
      json(response, {}, 404);
    };
    expect(await scene.askAndWait(get())).to.include({
      code: 'data-refused',
      status: 404,
      permanent: true,
      attempts: 1,
    });
  });

  it('reads no more than the limit, announced or not', async () => {
    await scene.run({ maxResponseBytes: 1_000 });
    let sent = 0;
    api.behave = ({ url }, response) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        ...(url === '/said' && { 'content-length': 1e9 }),
      });
      const chunk = '"'.padEnd(500, 'x');
      const more = (): void => {
        while (!response.destroyed && sent < 50_000_000 && response.write(chunk)) sent += chunk.length;
        if (!response.destroyed && sent < 50_000_000) response.once('drain', more);
      };
      more();
    };
    for (const path of ['/said', '/endless']) {
      sent = 0;
      expect(await scene.askAndWait(get(path)), path).to.include({
        code: 'data-too-large',
        permanent: true,
        attempts: 1,
      });
      expect(sent, `${path}: what the server could send`).to.be.lessThan(50_000_000);
    }
  });

  it('states data-too-large for an answer that makes too large an event', async () => {
    await scene.run({ maxResponseBytes: 10_000_000 });
    api.behave = (_, response) => {
      json(response, 'x'.repeat(300_000));
    };
    expect(await scene.askAndWait(get())).to.include({ code: 'data-too-large', status: 200, attempts: 1 });
  });

  const malformed: readonly [string, string, string | Buffer][] = [
    ['no JSON', 'application/json', '{"a":'],
    ['a page', 'text/html', '{}'],
    ['no UTF-8', 'application/json', Buffer.from([0x22, 0xff, 0x22])],
    ['nested without end', 'application/json', '['.repeat(90) + ']'.repeat(90)],
  ];
  for (const [title, type, body] of malformed) {
    it(`refuses an answer that is ${title}`, async () => {
      await scene.run();
      api.behave = (_, response) => {
        response.writeHead(200, { 'content-type': type }).end(body);
      };
      expect(await scene.askAndWait(get())).to.include({ code: 'data-malformed', permanent: true, attempts: 1 });
    });
  }

  it('takes a connection refused, cut, or answered with noise for a source that is down', async () => {
    await scene.run();
    const answers: readonly (string | undefined)[] = [
      undefined,
      'noise\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{',
    ];
    for (const answer of answers) {
      raw = createServer((socket) => {
        socket.on('error', () => undefined);
        if (answer === undefined) socket.destroy();
        else socket.once('data', () => socket.end(answer));
      });
      await new Promise<void>((resolve) => raw?.listen(0, '127.0.0.1', resolve));
      const { port } = raw.address() as AddressInfo;
      const question = { method: 'GET', url: `http://127.0.0.1:${port}/secret-path`, retries: 1 };
      const told = await scene.askAndWait(question);
      expect(told, answer).to.include({ code: 'data-unavailable', permanent: false, attempts: 2 });
      expect(told.reason, 'addresses are nobody’s business').not.to.match(/127|secret-path/);
      await new Promise((resolve) => raw?.close(resolve));
      expect(await scene.askAndWait(question)).to.include({ code: 'data-unavailable' });
    }
  });

  const invalid: readonly [string, object][] = [
    ['no URL', { url: 'nowhere' }],
    ['another protocol', { url: 'file:///etc/passwd' }],
    ['credentials in front of the host', { url: 'http://a:b@127.0.0.1/' }],
    ['a header of the connection', { headers: { Host: ['x'] } }],
    ['a second header in a value', { headers: { 'x-a': ['1\r\nx-b: 2'] } }],
    ['a secret as the host', { url: ['http://', { secret: 'key' }, '/'] }],
    ['a secret at the end of the host', { url: ['http://127.0.0.1', { secret: 'key' }] }],
  ];
  for (const [title, more] of invalid) {
    it(`does not send a question with ${title}`, async () => {
      await scene.run({ secrets: () => Promise.resolve('.evil.example') });
      const told = await scene.askAndWait(get('/', more));
      expect(told).to.include({ code: 'data-request-invalid', permanent: true, attempts: 0 });
      expect(told.reason).not.to.contain('evil');
      expect(api.heard).to.deep.equal([]);
    });
  }

  it('names the secret that is missing, and asks nobody', async () => {
    await scene.run();
    const told = await scene.askAndWait(get('/', { headers: { authorization: [{ secret: 'bookingKey' }] } }));
    expect(told).to.include({ code: 'data-secret-missing', attempts: 0 });
    expect(told.reason).to.contain('bookingKey');
    expect(api.heard).to.deep.equal([]);
  });

  it('bounds attempts per host and in all, and lets other hosts pass one that hangs', async () => {
    const other = new Api();
    await other.open();
    try {
      await scene.run({ maxConcurrent: 3, maxConcurrentPerHost: 2 });
      let underWay = 0;
      let most = 0;
      const releases: (() => void)[] = [];
      api.behave = (_, response) => {
        most = Math.max(most, ++underWay);
        releases.push(() => {
          underWay--;
          json(response, {});
        });
      };
      const questions = await Promise.all(Array.from({ length: 5 }, () => scene.ask(get('/', { timeoutMs: 10_000 }))));
      await until('two attempts', () => releases.length === 2);
      expect(await scene.askAndWait({ method: 'GET', url: other.url })).to.include({ attempts: 1 });
      expect(releases).to.have.length(2);
      for (let answered = 0; answered < 5; answered++) {
        await until('another attempt', () => releases.length > answered);
        releases[answered]?.();
      }
      for (const question of questions) expect(await scene.told(question)).to.include({ attempts: 1 });
      expect(most).to.equal(2);
    } finally {
      await other.close();
    }
  });
});
