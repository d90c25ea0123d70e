import { expect } from 'chai';
import { given, machineOf } from '../given-when-then.ts';

const order = machineOf(`
conversation: order
start:
  - match: order
data:
  order:
    inputs: { number: text }
    get: "https://shop.example/orders/\${inputs.number}?via=\${contact.connector}"
    headers: { authorization: "Bearer \${secrets.shop}", x-name: "\${inputs.number}" }
    timeout: 5s
    retry: 1
    cache: 1m
    returns:
      status: { enum: [packed, sent] }
      count: integer
      city: text
    map: { city: response.address.city }
  cancel:
    post: "https://shop.example/cancel"
    body: { number: "\${reply.text}", count: "\${data.order.count}" }
steps:
  - ask: Which number?
    within: 1h
    silence: [{ end: silent }]
  - fetch: order
    with: { number: "\${reply.text}" }
    failed:
      say: "No: \${failure.code}"
      end: unknown
  - say: "\${data.order.count + 1} things, \${data.order.status}, in \${data.order.city}."
  - fetch: cancel
    failed: next
anytime:
  - match: wait
    call: patience
    outcomes: { otherwise: next }
    then: resume
snippets:
  patience:
    steps:
      - ask: Still there?
        within: 1h
        silence: [{ end: none }]
`);

const asked = (number = '47/1') => {
  const scene = given([order]).reply('order').reply(number);
  scene.happened();
  return scene;
};
const request = (scene: ReturnType<typeof asked>) =>
  scene.emissions.findLast(({ type }) => type === 'data.requested')?.data as { request: string; http: object };
const answer = (scene: ReturnType<typeof asked>, value: unknown) =>
  scene.receive('data.received', { request: request(scene).request, source: 'order', value, attempts: 1 });
const GOOD = { status: 'packed', count: 2, address: { city: 'Ulm' }, more: true };

describe('fetch', () => {
  it('asks with everything filled in: encoded in addresses, secrets only by name', () => {
    const scene = asked('47/1\r\nx: 1');
    expect(request(scene).http).to.deep.equal({
      method: 'GET',
      url: ['https://shop.example/orders/', '47%2F1%0D%0Ax%3A%201', '?via=', 'webchat'],
      headers: { authorization: ['Bearer ', { secret: 'shop' }], 'x-name': ['47/1 x: 1'] },
      timeoutMs: 5000,
      retries: 1,
      cacheMs: 60_000,
    });
    expect(request(scene)).to.deep.include({ source: 'order', arguments: { number: '47/1\r\nx: 1' } });
  });

  it('keeps what it returns, of the declared types, and goes on', () => {
    expect(answer(asked(), GOOD).said()).to.deep.equal(['3 things, packed, in Ulm.']);
  });

  it('sends a body with what earlier answers held', () => {
    expect(request(answer(asked('a7'), GOOD)).http).to.deep.include({ body: { number: 'a7', count: 2 } });
  });

  it('sends a list as the one text that it is', () => {
    const listing = machineOf(`
conversation: listing
start: [{ match: go }]
data:
  batch: { post: "https://shop.example/batch", body: [1, "\${reply.text}"] }
steps:
  - ask: What?
    within: 1h
    silence: [{ end: silent }]
  - fetch: batch
    failed: next
`);
    const scene = given([listing]).reply('go').reply('this');
    expect(request(scene).http).to.deep.include({ body: ['[1,"this"]'] });
  });

  it('goes the way of failed where the source fails, or answers something else', () => {
    const failed = asked();
    const { request: id } = request(failed);
    failed.receive('data.failed', { request: id, source: 'order', code: 'data-refused', reason: '404', status: 404 });
    expect(failed.said()).to.deep.equal(['No: data-refused']);
    expect(answer(asked(), { ...GOOD, status: 'lost' }).said()).to.deep.equal(['No: data-unexpected']);
    expect(answer(asked(), { ...GOOD, address: null }).said()).to.deep.equal(['No: data-unexpected']);
    expect(answer(asked(), []).said()).to.deep.equal(['No: data-unexpected']);
  });

  it('waits for the connector only so long', () => {
    expect(asked().advance('11m').said()).to.deep.equal(['No: data-timed-out']);
  });

  it('takes one answer: what comes later or twice changes nothing', () => {
    const scene = asked();
    const { request: id } = request(scene);
    answer(scene, GOOD).happened();
    scene.receive('data.received', { request: id, source: 'order', value: GOOD, attempts: 1 });
    expect(scene.happened()).to.deep.equal([]);
  });

  it('counts no time of a fetch against the lifetime', () => {
    expect(asked().state?.conversations[0]?.timers.map(({ id }) => id.split('-')[0])).to.deep.equal(['data']);
  });

  it('takes an answer that comes during an interrupt once that has ended', () => {
    const scene = asked().reply('wait');
    expect(scene.said()).to.deep.equal(['Still there?']);
    expect(answer(scene, GOOD).said()).to.deep.equal([]);
    expect(scene.reply('yes').said()).to.deep.equal(['3 things, packed, in Ulm.']);
  });

  it('takes the first answer that comes during an interrupt, also where the time for it had passed', () => {
    const scene = asked().reply('wait').advance('30m');
    scene.happened();
    answer(scene, GOOD);
    answer(scene, { ...GOOD, count: 9 });
    expect(scene.reply('yes').said()).to.deep.equal(['3 things, packed, in Ulm.']);
  });

  it('fails after an interrupt during which the connector did not answer', () => {
    const scene = asked().reply('wait').advance('30m').reply('yes');
    expect(scene.said()).to.deep.equal(['Still there?', 'No: data-timed-out']);
  });
});
