import type { Address, Millis } from '../../../channels/brands.ts';
import { contactKeyOf } from '../../../channels/contact-key.ts';
import { checkEvent } from '../../../channels/validate.ts';
import { catalogueEntry } from '../../../channels/catalogue.ts';
import { expect } from 'chai';
import { MAX_EVENT_HOPS } from '../../../dsl/limits.ts';
import { World, type WorldOptions } from '../../../dsl/simulation/world.ts';
import { machineOf } from '../given-when-then.ts';

const ANA = 'webchat:ana' as Address;
const BEN = 'webchat:ben' as Address;
const NOW = Date.parse('2026-03-02T09:00:00Z') as Millis;

const GREETING = machineOf(`
conversation: greeting
start:
  - match: hello
steps:
  - ask: Who are you?
    within: 1h
    silence:
      - end: no-answer
  - say: Pleased to meet you.
  - emit: { type: com.example.met }
`);

const AFTERWARDS = machineOf(`
conversation: afterwards
start:
  - event: com.example.met
    contact: "'webchat:ben'"
steps:
  - say: Somebody was met.
`);

function worldOf(options: Partial<WorldOptions> = {}): World {
  return new World({ machines: [GREETING, AFTERWARDS], now: NOW, ...options });
}

function writes(world: World, from: Address, text: string): void {
  world.receive({ type: 'message.received', data: { connector: 'webchat', from, text }, subject: contactKeyOf(from) });
}

const typesOf = (world: World) => world.events.map(({ type }) => type);
const textsOf = (world: World) =>
  world.events.flatMap(({ type, data }) => (type === 'message.requested' ? [(data as { text: string }).text] : []));

describe('the simulated world', () => {
  it('sends what is requested at once, so that the reply clock runs', () => {
    const world = worldOf();
    writes(world, ANA, 'hello');
    expect(typesOf(world)).to.include.members(['message.requested', 'message.sent', 'timer.scheduled']);
    expect(world.idleMs).to.equal(3_600_000);
  });

  it('leaves receipts to whoever asked for them by hand', () => {
    const world = worldOf({ receipts: 'by-hand' });
    writes(world, ANA, 'hello');
    expect(typesOf(world)).not.to.include('message.sent');
  });

  it('fires deadlines in the order in which they are due, at their own times', () => {
    const world = worldOf();
    writes(world, BEN, 'hello');
    world.advance(60_000);
    writes(world, ANA, 'hello');
    world.advance(86_400_000);
    const ended = world.events.filter(({ type }) => type === 'conversation.completed');
    expect(ended.map(({ subject, time }) => [subject, time])).to.deep.equal([
      [contactKeyOf(BEN), '2026-03-02T10:00:00.000Z'],
      [contactKeyOf(ANA), '2026-03-02T10:01:00.000Z'],
    ]);
    expect(world.now).to.equal(NOW + 60_000 + 86_400_000);
  });

  it('lets an event that a conversation emits start another one', () => {
    const world = worldOf();
    writes(world, ANA, 'hello');
    writes(world, ANA, 'Ana');
    expect(textsOf(world)).to.deep.equal(['Who are you?', 'Pleased to meet you.', 'Somebody was met.']);
  });

  it('states events as the engine does: valid, with ids of their own, a cause and a contact', () => {
    const world = worldOf();
    writes(world, ANA, 'hello');
    world.advance(3_600_000);
    const ids = world.events.map(({ id }) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    for (const event of world.events) {
      const channel = catalogueEntry(event.type)?.channel ?? 'external';
      checkEvent(event, channel);
      if (event.type === 'message.received') continue;
      expect(event.causationid, event.type).to.be.a('string');
    }
  });

  it('joins the addresses of a person who is known', () => {
    const phone = 'tel:+12125550123' as Address;
    const world = worldOf({ contacts: [{ addresses: [phone, BEN], locale: 'en' }] });
    world.receive({ type: 'com.example.met', data: {} });
    expect(world.state(contactKeyOf(phone))?.seen).to.have.length(1);
    expect(world.state(contactKeyOf(BEN))).to.equal(undefined);
  });

  it('forks into worlds that do not change one another', () => {
    const world = worldOf();
    writes(world, ANA, 'hello');
    const events = typesOf(world);
    const fork = world.fork();
    fork.advance(3_600_000);
    expect(typesOf(world)).to.deep.equal(events);
    expect(typesOf(fork).at(-1)).to.equal('conversation.completed');
  });

  it('stops what starts itself more and more often', () => {
    const loop = machineOf(`
conversation: loop
start:
  - event: com.example.again
    contact: "'webchat:ben'"
steps:
  - emit: { type: com.example.again }
  - emit: { type: com.example.again }
  - emit: { type: com.example.again }
`);
    const world = new World({ machines: [loop], now: NOW });
    expect(() => world.receive({ type: 'com.example.again', data: {} })).to.throw(/without end/);
  });
});

describe('definitions that start one another', () => {
  const relay = (name: string, emits: string, between = '') =>
    machineOf(
      `conversation: ${name}\nstart: [{ event: com.example.${name}, contact: "'webchat:ana'" }]\n` +
        'data:\n  shop: { get: "https://shop.example/", returns: { open: boolean } }\n' +
        `steps:\n  - say: Hello.\n${between}  - emit: { type: com.example.${emits} }\n`,
    );
  const rejectedIn = (world: World) => world.events.filter(({ type }) => type === 'external.rejected');

  for (const [what, between] of [
    ['at once', ''],
    ['after a data source', '  - fetch: shop\n    failed: next\n'],
  ] as const) {
    it(`are stopped after so many events in a row (${what}), on record`, () => {
      const world = worldOf({ machines: [relay('ping', 'pong', between), relay('pong', 'ping')] });
      world.receive({ type: 'com.example.ping', data: {} });
      expect(textsOf(world)).to.have.length(MAX_EVENT_HOPS + 1);
      const [rejected, ...more] = rejectedIn(world);
      expect(more).to.deep.equal([]);
      expect(rejected?.data).to.include({ type: 'com.example.pong', definition: 'pong' });
      expect((rejected?.data as { reason: string }).reason).to.match(/^more than 10 events/);
    });
  }

  it('are not, where a person or a delay is behind each of them', () => {
    const world = worldOf({ machines: [relay('ping', 'pong', '  - delay: { for: 1h }\n'), relay('pong', 'ping')] });
    world.receive({ type: 'com.example.ping', data: {} });
    world.advance(MAX_EVENT_HOPS * 2 * 3_600_000);
    expect(textsOf(world).length).to.be.greaterThan(MAX_EVENT_HOPS * 3);
    expect(rejectedIn(world)).to.deep.equal([]);
  });
});
