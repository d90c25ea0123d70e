import { expect } from 'chai';
import type { Connector, HttpRoute, HttpRouteResponse } from '../../../connectors/port.ts';
import { createRecordingConnector } from '../../../connectors/recording/connector.ts';
import type { RecordedMessage } from '../../../connectors/recording/log.ts';
import { email, SMS, type Medium } from '../../../connectors/recording/medium.ts';
import type { Connectors } from '../../../runtime/connectors/host.ts';
import { dataOf, Scene } from '../scene.ts';
import { jsonBody } from '../json-body.ts';

const MEDIA: Readonly<Record<string, Medium>> = { sms: SMS, email: email('The Clinic') };
const CHOICES = [
  { label: 'Confirm', value: 'C' },
  { label: 'Rebook', value: 'R' },
];

describe('the recording connector', () => {
  let scene: Scene;
  let connectors: Connectors;
  let built: Record<string, Connector>;

  beforeEach(async () => {
    scene = new Scene();
    await scene.open();
    await startConnectors();
  });
  afterEach(async () => {
    await connectors.stop();
    await scene.remove();
  });

  async function startConnectors(): Promise<void> {
    built = {};
    connectors = scene.connectors(
      Object.fromEntries(
        Object.entries(MEDIA).map(([name, medium]) => [
          name,
          (host) => (built[name] = createRecordingConnector(host, medium)),
        ]),
      ),
    );
    await connectors.start();
  }

  async function ask(method: 'GET' | 'POST', name: string, { query = '', body = {} } = {}): Promise<Answer> {
    const route = built[name]?.routes.find((candidate: HttpRoute) => candidate.method === method);
    if (!route) throw new Error(`${name} has no route for ${method}`);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response: HttpRouteResponse = await route.handle({
      headers: {},
      query: new URLSearchParams(query),
      parameters: {},
      body: Buffer.from(text),
    });
    return { status: response.status, body: jsonBody(response) as Answer['body'] };
  }

  it('renders an SMS with numbered choices and its segments, and states that it was sent, then delivered', async () => {
    const request = await scene.request('tel:+12125550123', 'Are you coming?', { connector: 'sms', choices: CHOICES });
    const [delivered] = await scene.seen('message.delivered', 1);
    const [sent] = scene.of('message.sent');
    expect(dataOf(sent)).to.include({ connector: 'sms', to: 'tel:+12125550123', providerId: 'recorded-1' });
    expect([sent?.causationid, delivered?.causationid]).to.deep.equal([request.id, request.id]);
    expect((await ask('GET', 'sms')).body.messages).to.have.lengthOf(1);
    expect((await ask('GET', 'sms')).body.messages?.[0]).to.include({
      direction: 'out',
      address: 'tel:+12125550123',
      text: 'Are you coming?\n1 Confirm\n2 Rebook',
      encoding: 'GSM-7',
      segments: 1,
    });
  });

  it('records a message once, however often it is delivered, over restarts too', async () => {
    const request = await scene.request('mailto:ana@example.org', 'Hello', { connector: 'email' });
    await scene.seen('message.delivered', 1);
    await connectors.stop();
    await startConnectors();
    await built['email']?.deliver(request as Parameters<Connector['deliver']>[0]);
    expect((await ask('GET', 'email')).body.messages).to.have.lengthOf(1);
    expect(new Set(scene.of('message.sent').map(({ id }) => id)).size, 'ids of message.sent').to.equal(1);
  });

  it('renders an e-mail with subject, text and HTML', async () => {
    await scene.request('mailto:ana@example.org', 'Are you <coming>?', { connector: 'email', choices: CHOICES });
    await scene.seen('message.delivered', 1);
    expect((await ask('GET', 'email')).body.messages?.[0]).to.include({
      subject: 'The Clinic',
      text: 'Are you <coming>?\n\n1 Confirm\n2 Rebook',
      html: '<p>Are you &lt;coming&gt;?</p>\n<ol><li>Confirm</li><li>Rebook</li></ol>',
    });
  });

  it('takes what a person writes, once per id', async () => {
    const written = { from: '+1 212 555 0123', text: 'sure', id: 'SM1' };
    expect((await ask('POST', 'sms', { body: written })).status).to.equal(202);
    expect((await ask('POST', 'sms', { body: written })).status).to.equal(202);
    const [received] = await scene.seen('message.received', 1);
    expect(dataOf(received)).to.deep.equal({
      connector: 'sms',
      from: 'tel:+12125550123',
      text: 'sure',
      providerId: 'SM1',
    });
    expect(scene.of('message.received'), 'message.received').to.have.lengthOf(1);
    expect((await ask('GET', 'sms')).body.messages).to.have.lengthOf(1);
  });

  it('removes the quoted mail from an answer', async () => {
    const text = 'Confirm\n\nOn 2 Mar 2026, Clinic <c@example.org> wrote:\n> Are you coming?';
    await ask('POST', 'email', { body: { from: 'Ana@example.org', text } });
    const [received] = await scene.seen('message.received', 1);
    expect(dataOf(received)).to.include({ from: 'mailto:ana@example.org', text: 'Confirm' });
  });

  it('lists only one person, from a number on, and no more than asked for', async () => {
    for (const [from, text] of [
      ['+12125550101', 'a'],
      ['+12125550102', 'b'],
      ['+12125550101', 'c'],
    ] as const) {
      await ask('POST', 'sms', { body: { from, text } });
    }
    const texts = async (query: string): Promise<readonly string[] | undefined> =>
      (await ask('GET', 'sms', { query })).body.messages?.map((entry) => entry.text);
    expect(await texts('to=%2B12125550101')).to.deep.equal(['a', 'c']);
    expect(await texts('after=1')).to.deep.equal(['b', 'c']);
    expect(await texts('limit=1')).to.deep.equal(['a']);
    expect((await ask('GET', 'sms', { query: 'after=x' })).status).to.equal(400);
  });

  const refusals: readonly (readonly [what: string, body: string | object, detail: RegExp])[] = [
    ['no JSON', 'text', /no JSON/],
    ['no sender', { text: 'a' }, /"from" is missing/],
    ['no text', { from: '+12125550123' }, /"text" is missing/],
    ['an address of another kind', { from: 'ana@example.org', text: 'a' }, /tel: address/],
    ['no address at all', { from: '12', text: 'a' }, /tel: address/],
    ['a text without end', { from: '+12125550123', text: 'a'.repeat(4001) }, /longer than 4000/],
    ['an empty id', { from: '+12125550123', text: 'a', id: '' }, /"id"/],
  ];
  for (const [what, body, detail] of refusals) {
    it(`refuses ${what}`, async () => {
      const answer = await ask('POST', 'sms', { body });
      expect(answer.status).to.equal(400);
      expect(answer.body.detail).to.match(detail);
      expect((await ask('GET', 'sms')).body.messages).to.deep.equal([]);
    });
  }
});

interface Answer {
  readonly status: number;
  readonly body: { readonly messages?: readonly RecordedMessage[]; readonly detail?: string };
}
