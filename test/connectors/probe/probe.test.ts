import { expect } from 'chai';
import type { Connector, HttpRoute, HttpRouteResponse } from '../../../connectors/port.ts';
import { createProbeConnector } from '../../../connectors/probe/connector.ts';
import type { Connectors } from '../../../runtime/connectors/host.ts';
import { dataOf, Scene } from '../scene.ts';
import { jsonBody } from '../json-body.ts';

describe('the probe connector', () => {
  const scene = new Scene();
  let connectors: Connectors;
  let probe: Connector;
  /** As it is by default. */
  let timeless: Connector;

  before(async () => {
    await scene.open();
    connectors = scene.connectors({
      probe: (host) => {
        timeless = createProbeConnector(host);
        return (probe = createProbeConnector(host, { timePasses: true }));
      },
    });
    await connectors.start();
  });
  after(async () => {
    await connectors.stop();
    await scene.remove();
  });

  async function post(path: string, body: unknown, on: Connector = probe): Promise<HttpRouteResponse> {
    const route = on.routes.find((candidate: HttpRoute) => candidate.path === path);
    if (!route) throw new Error(`no route ${path}`);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return route.handle({ headers: {}, query: new URLSearchParams(), parameters: {}, body: Buffer.from(text) });
  }

  it('takes a message, sends it to nobody, and states that it was sent and delivered', async () => {
    const request = await scene.request('probe:r1.1', 'Are you coming?', { connector: 'probe' });
    const [delivered] = await scene.seen('message.delivered', 1);
    const [sent] = scene.of('message.sent');
    expect(dataOf(sent)).to.deep.equal({ connector: 'probe', to: 'probe:r1.1', message: dataOf(request)['message'] });
    expect([sent?.causationid, delivered?.causationid]).to.deep.equal([request.id, request.id]);
    expect(sent?.subject).to.match(/^c-probe-[0-9a-f]{32}$/);
  });

  it('states only that it was sent where the address says so', async () => {
    const [before, sentBefore] = [scene.of('message.delivered').length, scene.of('message.sent').length];
    await scene.request('probe:r1.7.sent-only', 'Are you coming?', { connector: 'probe' });
    await scene.seen('message.sent', sentBefore + 1);
    await scene.request('probe:r1.7', 'Are you?', { connector: 'probe' });
    await scene.seen('message.delivered', before + 1);
    expect(scene.of('message.delivered').at(-1)?.data).to.include({ to: 'probe:r1.7' });
    expect(scene.of('message.delivered')).to.have.lengthOf(before + 1);
  });

  it('states nothing by itself where receipts are given by hand', async () => {
    const to = 'probe:r1.2.by-hand';
    const before = scene.of('message.sent').length;
    const request = await scene.request(to, 'Are you coming?', { connector: 'probe' });
    const receipt = { type: 'message.failed', message: dataOf(request)['message'], to, id: 'f1' };
    const failure = { code: 'unreachable', reason: 'the number is not in use', permanent: true };
    expect((await post('/probe/receipts', { ...receipt, ...failure })).status).to.equal(202);
    const [failed] = await scene.seen('message.failed', 1);
    expect(dataOf(failed)).to.include({ ...failure, connector: 'probe', to });
    expect(scene.of('message.sent')).to.have.lengthOf(before);
  });

  it('lets the person write; the same id again is the same event', async () => {
    const written = { from: 'probe:r1.3', text: 'Yes', id: 'm1' };
    const answers = [await post('/probe/messages', written), await post('/probe/messages', written)];
    const [received] = await scene.seen('message.received', 1);
    expect(dataOf(received)).to.deep.include({ connector: 'probe', from: 'probe:r1.3', text: 'Yes', providerId: 'm1' });
    for (const answer of answers) expect(jsonBody(answer)).to.deep.equal({ accepted: { event: received?.id } });
  });

  it('states what else becomes of such a person', async () => {
    const of = 'probe:r1.4.scripted';
    const replied = {
      type: 'handoff.replied',
      data: { conversation: 'c1', agent: 'lee', text: 'Hi' },
      conversation: 'c1',
    };
    expect((await post('/probe/statements', { of, ...replied, id: 's1', cause: 'e1' })).status).to.equal(202);
    const [stated] = await scene.seen('handoff.replied', 1);
    expect(stated).to.deep.include({ causationid: 'e1', correlationid: 'c1', data: replied.data });
    expect(stated?.subject).to.match(/^c-probe-scripted-[0-9a-f]{32}$/);
    const answer = { request: 'c1/d1', source: 'order', value: 7, attempts: 1 };
    expect((await post('/probe/statements', { of, type: 'data.received', data: answer })).status).to.equal(202);
    const target = { broadcast: 'probe', connector: 'probe', to: of };
    const aimed = await post('/probe/statements', { of, type: 'broadcast.recipient-targeted', data: target });
    expect(aimed.status).to.equal(202);
  });

  it('lets their time pass, where that is allowed', async () => {
    const of = 'probe:r1.5.scripted';
    const asked = { of, type: 'probe.time-requested', data: { ms: 86_400_000 } };
    expect((await post('/probe/statements', asked)).status).to.equal(202);
    const [stated] = await scene.seen('probe.time-requested', 1);
    expect(stated?.data).to.deep.equal(asked.data);
    expect(jsonBody(await post('/probe', {}))).to.deep.equal({ timePasses: true, describesPeople: true });
    expect(jsonBody(await post('/probe', {}, timeless))).to.deep.equal({ timePasses: false, describesPeople: true });
    const refused = await post('/probe/statements', asked, timeless);
    expect(refused.status).to.equal(400);
    expect((jsonBody(refused) as { detail: string }).detail).to.match(/takes probe.timePasses in the configuration/);
  });

  it('says what is known of them', async () => {
    const of = 'probe:r1.6.scripted.as-sms';
    const known = { locale: 'es', zone: 'Europe/Madrid', attributes: { plan: 'gold' } };
    const asked = { of, type: 'probe.person-described', data: known };
    expect((await post('/probe/statements', asked)).status).to.equal(202);
    const [stated] = await scene.seen('probe.person-described', 1);
    expect(stated?.data).to.deep.equal(known);
  });

  const described = (data: object): object => ({ of: 'probe:r1.1', type: 'probe.person-described', data });

  const refused: readonly (readonly [what: string, path: string, body: unknown, why: RegExp])[] = [
    ['a real person who writes', '/probe/messages', { from: 'tel:+12125550123', text: 'STOP' }, /no probe: address/],
    [
      'a receipt of a real message',
      '/probe/receipts',
      { type: 'message.sent', message: 'v/m1', to: 'mailto:a@b.org' },
      /no probe:/,
    ],
    [
      'another type',
      '/probe/receipts',
      { type: 'message.held', message: 'v/m1', to: 'probe:r1.1' },
      /none of message.sent/,
    ],
    ['a statement about a real person', '/probe/statements', { of: 'tel:+12125550123' }, /"of" is no probe: address/],
    [
      'what is not theirs to state',
      '/probe/statements',
      { of: 'probe:r1.1', type: 'conversation.completed' },
      /none of data.received/,
    ],
    [
      'an answer where data sources are really asked',
      '/probe/statements',
      { of: 'probe:r1.1', type: 'data.received', data: {} },
      /are really asked/,
    ],
    [
      'a broadcast to somebody else',
      '/probe/statements',
      { of: 'probe:r1.1', type: 'broadcast.recipient-targeted', data: { to: 'tel:+12125550123' } },
      /another address than "of"/,
    ],
    [
      'time that passes for somebody who lives in real time',
      '/probe/statements',
      { of: 'probe:r1.1', type: 'probe.time-requested', data: { ms: 1 } },
      /lives in real time/,
    ],
    [
      'more time than there is',
      '/probe/statements',
      { of: 'probe:r1.1.scripted', type: 'probe.time-requested', data: { ms: 1e15 } },
      /"data.ms" is no whole number of milliseconds of at most/,
    ],
    [
      'a language that is none',
      '/probe/statements',
      described({ locale: 'no language' }),
      /"data.locale" is no language/,
    ],
    ['a zone that is none', '/probe/statements', described({ zone: 'Moon/Base' }), /"data.zone" is no time zone/],
    [
      'more than is kept of anybody',
      '/probe/statements',
      described({ attributes: { words: 'x'.repeat(20_000) } }),
      /"data.attributes" takes more than/,
    ],
    ['no message', '/probe/receipts', { type: 'message.sent', to: 'probe:r1.1' }, /"message" is missing/],
    ['no text', '/probe/messages', { from: 'probe:r1.1' }, /"text" is no text/],
    ['an id of nothing', '/probe/messages', { from: 'probe:r1.1', text: 'Yes', id: '' }, /"id" is no text/],
    ['no JSON', '/probe/messages', '{', /"from" is no probe/],
  ];
  for (const [what, path, body, why] of refused) {
    it(`refuses ${what}`, async () => {
      const answer = await post(path, body);
      expect(answer.status).to.equal(400);
      expect((jsonBody(answer) as { detail: string }).detail).to.match(why);
    });
  }
});
