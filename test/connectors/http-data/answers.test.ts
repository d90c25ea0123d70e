import { expect } from 'chai';
import { contactKeyOf, parseAddress } from '../../../channels/contact-key.ts';
import { until } from '../until.ts';
import { Api, json } from './api.ts';
import { DataScene } from './data-scene.ts';

describe('The data connector', () => {
  let scene: DataScene;
  let api: Api;

  beforeEach(async () => {
    scene = new DataScene();
    api = new Api();
    await Promise.all([scene.open(), api.open()]);
  });

  afterEach(async () => {
    await scene.remove();
    await api.close();
  });

  it('asks what it is told to ask, and states the answer beside the question', async () => {
    await scene.run();
    api.behave = (_, response) => {
      json(response, { status: 'booked' }, 201);
    };
    const question = await scene.ask({
      method: 'GET',
      url: `${api.url}/a/1?q=%20#x`,
      headers: { 'X-Mark': ['a', 'b'] },
    });
    const told = await scene.told(question);
    expect(told).to.deep.include({ value: { status: 'booked' }, status: 201, attempts: 1, source: 'booking' });
    expect(api.heard[0]).to.deep.include({ method: 'GET', url: '/a/1?q=%20', body: '' });
    expect(api.heard[0]?.headers).to.include({ accept: 'application/json', 'x-mark': 'ab' });
    expect(api.heard[0]?.headers).not.to.have.any.keys('idempotency-key', 'content-type');
    expect(scene.answers[0]).to.deep.include({ subject: question.subject, correlationid: 'c1', type: 'data.received' });
  });

  it('asks nothing about people for whom a test answers', async () => {
    await scene.run();
    const scripted = contactKeyOf(parseAddress('probe:r1.1.scripted'));
    await scene.ask({ method: 'GET', url: `${api.url}/scripted` }, { subject: scripted });
    // Of the same partition or not, each is taken in its turn.
    for (const name of ['probe:r1.2', 'probe:r1.3', 'probe:r1.4']) {
      const subject = contactKeyOf(parseAddress(name));
      await scene.told(await scene.ask({ method: 'GET', url: `${api.url}/asked` }, { subject }));
    }
    expect(api.heard.map(({ url }) => url)).to.deep.equal(['/asked', '/asked', '/asked']);
    expect(scene.answers.filter(({ subject }) => subject === scripted)).to.deep.equal([]);
  });

  it('sends what changes something with the request id as its idempotency key', async () => {
    await scene.run();
    const question = await scene.ask({ method: 'POST', url: api.url, body: { a: 'ü' } });
    await scene.told(question);
    const [heard] = api.heard;
    expect(heard?.body).to.equal('{"a":"ü"}');
    expect(heard?.headers).to.include({
      'content-type': 'application/json',
      'idempotency-key': (question.data as { request: string }).request,
    });
  });

  it('fills secrets into address, headers and body, and shows none of them', async () => {
    await scene.run({ secrets: (name) => Promise.resolve(name === 'key' ? 's3cr/t' : undefined) });
    const secret = { secret: 'key' };
    const told = await scene.askAndWait({
      method: 'POST',
      url: [`${api.url}/k/`, secret],
      headers: { authorization: ['Bearer ', secret], 'content-type': ['text/plain'] },
      body: ['key=', secret],
    });
    expect(told.value).to.deep.equal({ ok: true });
    expect(api.heard[0]).to.deep.include({ url: '/k/s3cr%2Ft', body: 'key=s3cr/t' });
    expect(api.heard[0]?.headers).to.include({ authorization: 'Bearer s3cr/t', 'content-type': 'text/plain' });
    expect(JSON.stringify(scene.answers)).not.to.contain('s3cr');
  });

  it('takes an empty answer for null', async () => {
    await scene.run();
    api.behave = (_, response) => {
      response.writeHead(204).end();
    };
    expect(await scene.askAndWait({ method: 'DELETE', url: api.url })).to.deep.include({ value: null, status: 204 });
    api.behave = (_, response) => {
      response.writeHead(200, { 'content-length': 0 }).end();
    };
    expect(await scene.askAndWait({ method: 'GET', url: api.url })).to.deep.include({ value: null, status: 200 });
    expect(await scene.askAndWait({ method: 'HEAD', url: api.url })).to.deep.include({ value: null, status: 200 });
  });

  it('uses an answer again for as long as the question allows, for the very same question', async () => {
    let time = Date.parse('2026-03-06T12:00:00Z');
    await scene.remove();
    scene = new DataScene({
      clock: { now: () => time as never, after: (_, wake) => (setTimeout(wake, 1), () => undefined) },
    });
    await scene.open();
    await scene.run();
    const at = (path: string, more: object = {}): object => ({
      method: 'GET',
      url: api.url + path,
      cacheMs: 60_000,
      ...more,
    });
    const asked = async (question: object): Promise<number> => (await askAt(question)).attempts;
    const askAt = async (question: object): Promise<{ attempts: number }> =>
      scene.told(await scene.ask(question, { time: new Date(time).toISOString() }));
    expect(await asked(at('/a'))).to.equal(1);
    expect(await asked(at('/a'))).to.equal(0);
    expect(await asked(at('/b')), 'another address').to.equal(1);
    expect(await asked(at('/a', { headers: { 'x-a': ['1'] } })), 'other headers').to.equal(1);
    expect(await asked(at('/a', { cacheMs: 0 })), 'a question that wants it fresh').to.equal(1);
    expect(await asked(at('/a', { method: 'POST' })), 'a change').to.equal(1);
    time += 60_000;
    expect(await asked(at('/a')), 'a minute later').to.equal(1);
  });

  it('leaves questions alone that are not asked over HTTP', async () => {
    await scene.run();
    await scene.ask(undefined);
    await scene.askAndWait({ method: 'GET', url: api.url });
    expect(scene.answers).to.have.length(1);
  });

  it('does not ask what has waited for more than a day', async () => {
    await scene.run();
    const question = await scene.ask({ method: 'GET', url: api.url }, { time: '2020-01-01T00:00:00Z' });
    expect(await scene.told(question)).to.deep.include({ code: 'data-timed-out', attempts: 0, permanent: true });
    expect(api.heard).to.deep.equal([]);
  });

  it('asks again what a stop interrupted, and answers under the same id; asks nothing twice that is done', async () => {
    await scene.run({
      pause: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', reject);
        }),
    });
    api.behave = (_, response) => {
      json(response, {}, 503);
    };
    const question = await scene.ask({ method: 'GET', url: api.url });
    await until('an attempt', () => api.heard.length === 1);
    await scene.stop();
    expect(scene.answers).to.deep.equal([]);
    api.behave = (_, response) => {
      json(response, 1);
    };
    await scene.run();
    expect(await scene.told(question)).to.include({ value: 1, attempts: 1 });
    await scene.repeat(question);
    await until('the repetition', () => scene.tally?.duplicatesDropped === 1);
    expect(api.heard).to.have.length(2);
    // As after a crash that lost what the host had noted: the source is new to it.
    await scene.repeat(question, '/engine/acme/again');
    await until('the third time', () => api.heard.length === 3);
    await until('its answer', () => scene.tally?.delivered === 2);
    expect(new Set(scene.answers.map(({ id }) => id)).size, 'ids of all answers').to.equal(1);
  });

  it('stops although a source does not answer, and asks it again later', async () => {
    await scene.run();
    api.behave = () => undefined;
    await scene.ask({ method: 'GET', url: api.url, timeoutMs: 60_000 });
    await until('the attempt', () => api.heard.length === 1);
    await scene.stop();
    await scene.run();
    await until('another', () => api.heard.length === 2);
    expect(scene.answers).to.deep.equal([]);
  });
});
