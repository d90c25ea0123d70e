import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { ContactKey } from '../../../channels/brands.ts';
import { contactKeyOf, parseAddress } from '../../../channels/contact-key.ts';
import type { Event } from '../../../channels/event.ts';
import { partitionOf } from '../../../channels/partition.ts';
import type { ChannelName } from '../../../channels/topics.ts';
import { createHandoffConnector } from '../../../connectors/handoff/connector.ts';
import type { Connectors } from '../../../runtime/connectors/host.ts';
import { createPublisher, type Publisher } from '../../../runtime/events/publisher.ts';
import { ACME, openEdge, type Answer, type Edge } from '../../runtime/http/edge.ts';
import { PARTITIONS, Scene, TENANT } from '../scene.ts';
import { until } from '../until.ts';

const ANA = parseAddress('tel:+12125550101');
const CONTACT: ContactKey = contactKeyOf(ANA);

interface Shown {
  readonly conversation: string;
  readonly takenBy?: string;
  readonly address?: string;
  readonly closed?: { readonly outcome: string };
  readonly entries: readonly { readonly number: number; readonly from: string; readonly text: string }[];
}

describe('The hand-off inbox', () => {
  let scene: Scene;
  let engine: Publisher;
  let connectors: Connectors | undefined;
  let edge: Edge;
  let key: string;

  const start = async (): Promise<void> => {
    connectors = scene.connectors({ handoff: createHandoffConnector });
    await connectors.start();
  };
  const stop = async (): Promise<void> => {
    await connectors?.stop();
    connectors = undefined;
  };

  beforeEach(async () => {
    scene = new Scene();
    await scene.open();
    engine = createPublisher(scene.broker, TENANT, PARTITIONS, {
      ...{ source: '/engine/acme', now: () => Date.now(), newId: randomUUID },
    });
    await start();
    edge = await openEdge({
      connectors: () => (connectors ? [{ tenant: ACME, prefix: '', routes: connectors.routes, upgrades: [] }] : []),
    });
    key = await edge.createKey(ACME, ['handoffs:answer']);
  });

  afterEach(async () => {
    await edge.close();
    await stop();
    await engine.close();
    await scene.remove();
  });

  const publish = (channel: ChannelName, type: string, data: object, more: object = {}): Promise<Event> =>
    engine.publish(channel, { type, data, subject: CONTACT, correlationid: 'c1', ...more });
  const write = (text: string): Promise<Event> =>
    publish('messaging', 'message.received', { connector: 'sms', from: ANA, text }, { correlationid: undefined });
  const handOff = (cause?: Event, queue = 'desk'): Promise<Event> =>
    publish('conversations', 'conversation.handed-off', { queue }, cause && { causationid: cause.id });

  const get = (path: string): Promise<Answer> =>
    edge.send(`/v1/tenants/acme/handoffs${path}`, { headers: { authorization: `Bearer ${key}` } });
  const post = (path: string, body: object): Promise<Answer> =>
    edge.send(`/v1/tenants/acme/handoffs/c1/${path}`, {
      ...{ method: 'POST', headers: { authorization: `Bearer ${key}` }, body: JSON.stringify(body) },
    });
  const listed = async (queue = 'desk'): Promise<readonly Shown[]> =>
    ((await get(`?queue=${queue}`)).json() as { handoffs: Shown[] }).handoffs;
  const read = async (): Promise<Shown> => (await get('/c1')).json() as Shown;
  const texts = async (): Promise<readonly string[]> => (await read()).entries.map(({ text }) => text);
  const open = (): Promise<readonly Shown[]> =>
    until('the hand-off', async () => {
      const all = await listed();
      return all.length > 0 && all;
    });

  it('lists who waits in a queue, and shows what they wrote since the message that led there', async () => {
    await write('hello');
    const cause = await write('a person please');
    await write('are you there?');
    await handOff(cause);
    const [handoff] = await open();
    expect(handoff).to.include({ conversation: 'c1', address: ANA });
    expect(handoff).not.to.have.property('takenBy');
    await write('hm');
    await until('the message', async () => (await texts()).length === 3);
    expect(await texts()).to.deep.equal(['a person please', 'are you there?', 'hm']);
    expect((await read()).entries.map(({ number }) => number)).to.deep.equal([1, 2, 3]);
    const later = (await get('/c1?after=2')).json() as Shown;
    expect(later.entries.map(({ text }) => text)).to.deep.equal(['hm']);
    expect(await listed('another')).to.deep.equal([]);
  });

  it('shows nobody who does not exist', async () => {
    // Of the same partition, so that they are taken in this order.
    const nobody = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
      .map((name) => contactKeyOf(parseAddress(`probe:${name}`)))
      .find((key) => partitionOf(key, PARTITIONS) === partitionOf(CONTACT, PARTITIONS));
    await publish(
      'conversations',
      'conversation.handed-off',
      { queue: 'desk' },
      { subject: nobody, correlationid: 'c0' },
    );
    await handOff();
    expect((await open()).map(({ conversation }) => conversation)).to.deep.equal(['c1']);
  });

  it('lets one agent take, answer and return, and states each once', async () => {
    const handedOff = await handOff();
    await open();
    expect((await post('reply', { agent: 'lee', text: 'hi' })).problem().code).to.equal('handoff-not-taken');
    for (const time of [1, 2]) expect((await post('take', { agent: 'lee' })).status, `time ${time}`).to.equal(200);
    expect((await listed())[0]).to.include({ takenBy: 'lee' });
    for (const id of ['r1', 'r1', 'r2']) {
      expect((await post('reply', { agent: 'lee', text: `answer ${id}`, id })).status).to.equal(200);
    }
    expect(await texts()).to.deep.equal(['answer r1', 'answer r2']);
    for (const time of [1, 2]) {
      expect((await post('return', { agent: 'lee', outcome: 'returned' })).status, `time ${time}`).to.equal(200);
    }
    expect(await listed()).to.deep.equal([]);
    expect((await read()).closed).to.include({ outcome: 'returned' });
    expect((await post('reply', { agent: 'lee', text: 'x' })).problem()).to.include({
      ...{ code: 'handoff-closed', status: 409 },
    });
    await scene.seen('handoff.returned', 1);
    const said = scene.events.filter(({ type }) => type.startsWith('handoff.'));
    expect(said.map(({ type }) => type)).to.deep.equal([
      ...['handoff.taken', 'handoff.replied', 'handoff.replied', 'handoff.returned'],
    ]);
    for (const event of said) {
      expect(event).to.include({ subject: CONTACT, correlationid: 'c1', causationid: handedOff.id });
      expect(event.data).to.include({ conversation: 'c1', agent: 'lee', handoff: handedOff.id });
    }
  });

  it('keeps others away from what somebody has taken, unless they take it over', async () => {
    await handOff();
    await open();
    await post('take', { agent: 'lee' });
    for (const [action, more] of [
      ['take', {}],
      ['take', { from: 'nobody in particular' }],
      ['reply', { text: 'x' }],
      ['return', { outcome: 'nobody' }],
    ] as const) {
      expect((await post(action, { agent: 'kim', ...more })).problem(), action).to.include({
        ...{ code: 'handoff-taken', status: 409 },
      });
    }
    expect((await post('take', { agent: 'kim', from: 'lee' })).status).to.equal(200);
    expect((await post('reply', { agent: 'kim', text: 'x' })).status).to.equal(200);
    expect(scene.of('handoff.taken')).to.have.length(2);
  });

  it('says that nobody could take care of it', async () => {
    await handOff();
    await open();
    expect((await post('return', { agent: 'queue', outcome: 'nobody' })).status).to.equal(200);
    const [returned] = await scene.seen('handoff.returned', 1);
    expect(returned?.data).to.include({ outcome: 'nobody' });
  });

  it('closes what went on without us, and opens it again where it is handed off again', async () => {
    await publish('conversations', 'conversation.advanced', { from: 'a', to: 'b', reason: 'reply' });
    await handOff();
    await open();
    await write('first');
    await until('the message', async () => (await texts()).length === 1);
    await publish('conversations', 'conversation.advanced', { from: 'b', to: 'c', reason: 'timeout' });
    await until('the end', async () => (await listed()).length === 0);
    expect((await read()).closed).to.include({ outcome: 'left' });
    expect((await post('take', { agent: 'lee' })).problem().code).to.equal('handoff-closed');
    await handOff();
    await open();
    expect(await texts()).to.deep.equal([]);
    await publish('conversations', 'conversation.expired', { state: 'c' });
    await until('the end', async () => (await listed()).length === 0);
  });

  it('has everything after a restart, and hears what happened meanwhile', async () => {
    await handOff();
    await open();
    await post('take', { agent: 'lee' });
    await post('reply', { agent: 'lee', text: 'one' });
    await stop();
    await write('two');
    await start();
    await until('the message', async () => (await texts()).length === 2);
    expect(await read()).to.include({ takenBy: 'lee' });
    expect(await texts()).to.deep.equal(['one', 'two']);
  });

  it('forgets a contact who is erased', async () => {
    await write('x');
    await handOff();
    await open();
    await publish('contacts', 'contact.erased', { reason: 'asked for it' });
    await until('the end', async () => (await get('/c1')).status === 404);
  });

  it('pages through a long queue', async () => {
    for (const conversation of ['c1', 'c2', 'c3']) {
      await publish('conversations', 'conversation.handed-off', { queue: 'desk' }, { correlationid: conversation });
    }
    await until('three', async () => (await listed()).length === 3);
    const first = (await get('?queue=desk&limit=2')).json() as { handoffs: Shown[]; next: string };
    const second = (await get(`?queue=desk&limit=2&after=${encodeURIComponent(first.next)}`)).json() as typeof first;
    const all = [...first.handoffs, ...second.handoffs].map(({ conversation }) => conversation);
    expect(all).to.have.members(['c1', 'c2', 'c3']).and.to.have.length(3);
    expect(second).not.to.have.property('next');
  });

  it('needs a key that may answer hand-offs', async () => {
    const other = await edge.createKey(ACME, ['events:write', 'sql:read']);
    const path = '/v1/tenants/acme/handoffs?queue=desk';
    expect((await edge.send(path)).status).to.equal(401);
    expect((await edge.send(path, { headers: { authorization: `Bearer ${other}` } })).status).to.equal(403);
  });

  const invalid: readonly [string, string, object | undefined][] = [
    ['a list of no queue', '', undefined],
    ['a limit that is none', '?queue=desk&limit=many', undefined],
    ['taking by nobody', '/c1/take', { agent: ' ' }],
    ['an answer without words', '/c1/reply', { agent: 'lee' }],
    ['an answer too long', '/c1/reply', { agent: 'lee', text: 'x'.repeat(4_001) }],
    ['an outcome of its own', '/c1/return', { agent: 'lee', outcome: 'done' }],
    ['a list for a body', '/c1/take', []],
  ];
  for (const [title, path, body] of invalid) {
    it(`refuses ${title}`, async () => {
      const answer = body === undefined ? await get(path) : await post(path.slice(4), body);
      expect([answer.status, answer.problem().code]).to.deep.equal([400, 'handoff-request-invalid']);
    });
  }

  it('knows nothing of other conversations', async () => {
    expect((await get('/c9')).problem()).to.include({ status: 404, code: 'handoff-unknown' });
  });
});
