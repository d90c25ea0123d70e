import { expect } from 'chai';
import type { TenantName } from '../../../channels/brands.ts';
import { BrokerError, type BrokerErrorCode } from '../../../runtime/broker/errors.ts';
import { createAdmission } from '../../../runtime/http/admission.ts';
import { TenantBehindError } from '../../../runtime/load-shedding/load-shedder.ts';
import { isLoopbackHost } from '../../../runtime/http/access.ts';
import type { HttpServerOptions } from '../../../runtime/http/server.ts';
import { ACME, EVENTS, openEdge, OTHER, structured, type Answer, type Edge, type RequestOptions } from './edge.ts';

function withHeaders(headers: Record<string, string>): RequestOptions {
  const request = structured();
  return { ...request, headers: { ...request.headers, ...headers } };
}

describe('access to the edge', () => {
  let edge: Edge;
  beforeEach(async () => {
    edge = await openEdge();
  });
  afterEach(() => edge.close());

  async function post(headers: Record<string, string>): Promise<Answer> {
    return edge.send(EVENTS, withHeaders(headers));
  }

  it('is open on loopback while the tenant never had a key', async () => {
    expect((await post({})).status).to.equal(202);
  });

  for (const header of ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via']) {
    it(`is closed to what came through a proxy (${header})`, async () => {
      const answer = await post({ [header]: 'x' });
      expect([answer.status, answer.problem().code]).to.deep.equal([403, 'request-not-local']);
    });
  }

  it('is closed to a web page that gave this machine a name of its own', async () => {
    const answer = await post({ host: 'evil.example:8080' });
    expect([answer.status, answer.problem().code]).to.deep.equal([403, 'request-not-local']);
  });

  it('asks for a key once the tenant has one, and stays so after the last is revoked', async () => {
    const { record, token } = await edge.keys.create({ tenant: ACME, name: 'x', scopes: ['events:write'] });
    const without = await post({});
    expect([without.status, without.problem().code]).to.deep.equal([401, 'key-missing']);
    expect(without.headers['www-authenticate']).to.equal('Bearer realm="parlance"');
    expect((await post({ authorization: `Bearer ${token}` })).status).to.equal(202);
    await edge.keys.revoke(record.id);
    const revoked = await post({ authorization: `Bearer ${token}` });
    expect([revoked.status, revoked.problem().code]).to.deep.equal([401, 'key-invalid']);
    expect((await post({})).status).to.equal(401);
  });

  it('stays open for a tenant without keys while another has one', async () => {
    await edge.createKey(OTHER);
    expect((await post({})).status).to.equal(202);
  });

  it('refuses a wrong key even where none is needed', async () => {
    for (const authorization of ['Bearer x', 'Bearer ', 'Bearer', 'Digest x', 'x', 'Basic eA==']) {
      const answer = await post({ authorization });
      expect([answer.status, answer.problem().code], authorization).to.deep.equal([401, 'key-invalid']);
    }
  });

  it('takes Basic without a password, which tools of ClickHouse send by themselves, for no key', async () => {
    const authorization = `Basic ${Buffer.from('default:').toString('base64')}`;
    expect((await post({ authorization })).status).to.equal(202);
    await edge.createKey(ACME);
    expect((await post({ authorization })).problem().code).to.equal('key-missing');
    expect((await post({ authorization, 'x-clickhouse-key': await edge.createKey(ACME) })).status).to.equal(202);
  });

  it("refuses another tenant's key, and one without the scope, saying which", async () => {
    const foreign = await post({ authorization: `Bearer ${await edge.createKey(OTHER)}` });
    expect([foreign.status, foreign.problem().code]).to.deep.equal([403, 'key-forbidden']);
    const reader = await post({ authorization: `bearer ${await edge.createKey(ACME, ['sql:read'])}` });
    expect(reader.status).to.equal(403);
    expect(reader.problem().detail).to.contain('events:write').and.to.contain('sql:read');
    expect(edge.published).to.deep.equal([]);
  });

  it('does not tell a stranger which tenants exist', async () => {
    const token = await edge.createKey(OTHER);
    const options = withHeaders({ authorization: `Bearer ${token}` });
    const path = EVENTS.replace('acme', 'nobody');
    expect((await edge.send(path, options)).problem().code).to.equal('key-forbidden');
  });

  for (const tenant of ['nobody', 'Acme', 'a%2Fb', '..%2f..%2fetc', 'x'.repeat(64)]) {
    it(`answers 404 for the tenant "${tenant}"`, async () => {
      const answer = await edge.send(EVENTS.replace('acme', tenant), structured());
      expect([answer.status, answer.problem().code]).to.deep.equal([404, 'tenant-unknown']);
    });
  }

  it('never logs a key', async () => {
    const token = await edge.createKey(OTHER);
    await post({ authorization: `Bearer ${token}` });
    expect(edge.logged.join('')).not.to.contain(token.slice(-64));
  });

  it('does not start off loopback without a key that works, and does with one', async () => {
    const { createHttpServer } = await import('../../../runtime/http/server.ts');
    const { createMetrics } = await import('../../../runtime/http/metrics.ts');
    const options: HttpServerOptions = {
      keys: edge.keys,
      tenants: { has: () => true },
      publisher: { publishExternal: () => Promise.resolve() },
      connectors: () => [],
      readiness: [],
      metrics: createMetrics(),
      log: { debug: noop, info: noop, warn: noop, error: noop, child: () => options.log },
      now: Date.now,
    };
    const server = createHttpServer(options);
    const refused = async (): Promise<unknown> => server.listen({ host: '0.0.0.0', port: 0 }).catch((e: unknown) => e);
    expect(await refused()).to.have.property('code', 'listen-without-keys');
    const { record } = await edge.keys.create({ tenant: OTHER, name: 'x', scopes: ['sql:read'] });
    await edge.keys.revoke(record.id);
    expect(await refused()).to.have.property('code', 'listen-without-keys');
    const token = await edge.createKey(OTHER);
    const port = await server.listen({ host: '0.0.0.0', port: 0 });
    try {
      const { request } = await import('undici');
      const post = async (headers: Record<string, string>, tenant: string): Promise<number> => {
        const url = `http://127.0.0.1:${port.toString()}${EVENTS.replace('acme', tenant)}`;
        const { statusCode, body } = await request(url, withHeaders(headers));
        await body.dump();
        return statusCode;
      };
      expect(await post({}, 'acme'), 'a tenant without keys is closed').to.equal(401);
      expect(await post({ authorization: `Bearer ${token}` }, 'other')).to.equal(202);
    } finally {
      await server.close(0);
    }
  });

  it('says so when the port is taken', async () => {
    const port = Number(new URL(edge.url).port);
    const second = await openEdge().then(async (other) => {
      await other.close();
      return other.server;
    });
    const error: unknown = await second.listen({ host: '127.0.0.1', port }).catch((e: unknown) => e);
    expect(error).to.have.property('code', 'port-taken');
  });

  const hosts: readonly (readonly [string, boolean])[] = [
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['localhost', true],
    ['::1', true],
    ['[::1]', true],
    ['0.0.0.0', false],
    ['::', false],
    ['', false],
    ['127.0.0.1.evil.example', false],
    ['localhost.evil.example', false],
    ['10.0.0.1', false],
  ];
  for (const [host, expected] of hosts) {
    it(`${expected ? 'takes' : 'does not take'} "${host}" for loopback`, () => {
      expect(isLoopbackHost(host)).to.equal(expected);
    });
  }
});

describe('the edge under pressure', () => {
  async function answerWhen(overrides: Partial<HttpServerOptions>): Promise<{ answer: Answer; logged: string }> {
    const edge = await openEdge(overrides);
    try {
      return { answer: await edge.send(EVENTS, structured()), logged: edge.logged.join('') };
    } finally {
      await edge.close();
    }
  }

  const codes: readonly BrokerErrorCode[] = [
    'broker-unreachable',
    'broker-disconnected',
    'storage-full',
    'broker-closed',
  ];
  for (const code of codes) {
    it(`answers 503 with Retry-After on ${code}, and tells nothing of the inside`, async () => {
      const failure = new BrokerError(code, 'pulsar://10.9.8.7:6650 said no');
      const { answer, logged } = await answerWhen({
        publisher: { publishExternal: () => Promise.reject(failure) },
      });
      expect([answer.status, answer.problem().code]).to.deep.equal([503, 'unavailable']);
      expect(answer.headers['retry-after']).to.equal('2');
      expect(answer.text).to.contain(code).and.not.to.contain('10.9.8.7');
      expect(logged).to.contain('10.9.8.7');
    });
  }

  it('answers 500 without particulars when something is broken, and logs the cause', async () => {
    const { answer, logged } = await answerWhen({
      publisher: { publishExternal: () => Promise.reject(new TypeError('x is not a function')) },
    });
    expect([answer.status, answer.problem().code]).to.deep.equal([500, 'internal-error']);
    expect(answer.text).not.to.contain('x is not a function');
    expect(logged).to.contain('x is not a function');
  });

  it('answers 429 when a tenant has too much under way, and 503 when all have', async () => {
    const admission = createAdmission({ requests: 1, bytes: 1024 });
    const place = admission.enter(ACME, 100);
    const crowded = (await answerWhen({ admission })).answer;
    expect([crowded.status, crowded.problem().code]).to.deep.equal([429, 'too-many-requests']);
    expect(crowded.headers['retry-after']).to.equal('2');
    place.leave();
    expect((await answerWhen({ admission })).answer.status).to.equal(202);
    const large = admission.enter(OTHER, 1000);
    expect((await answerWhen({ admission })).answer.status).to.equal(503);
    large.leave();
    expect((await answerWhen({ admission })).answer.status, 'each gives its place back').to.equal(202);
  });

  it('answers 429 when a tenant has too many events on their way', async () => {
    const admission = createAdmission({ events: 2 });
    const place = admission.enter(ACME, 100);
    const other = admission.enter(ACME, 100);
    place.carry(2);
    expect(() => {
      other.carry(1);
    }, 'one that was let in before').to.throw('2 requests of tenant "acme" with 2 events are under way');
    other.leave();
    const crowded = (await answerWhen({ admission })).answer;
    expect([crowded.status, crowded.problem().code]).to.deep.equal([429, 'too-many-requests']);
    expect(crowded.headers['retry-after']).to.equal('2');
    place.leave();
    expect((await answerWhen({ admission })).answer.status).to.equal(202);
  });

  it('answers 503 while too much waits for the conversations, takes nothing, and complains of nothing', async () => {
    const loadShedder = {
      check: (tenant: TenantName): void => {
        throw new TenantBehindError(tenant, 11);
      },
    };
    const { answer, logged } = await answerWhen({ loadShedder, publisher: { publishExternal: () => expect.fail() } });
    expect([answer.status, answer.problem().code]).to.deep.equal([503, 'tenant-behind']);
    expect(answer.problem().detail).to.contain('11 messages of "acme" wait');
    expect(answer.headers['retry-after']).to.equal('2');
    expect(logged).not.to.contain('request failed');
  });
});

function noop(): void {
  // The log of a server whose log is not looked at.
}
