import { createHash } from 'node:crypto';
import { expect } from 'chai';
import type { EventId } from '../../../channels/brands.ts';
import type { Event } from '../../../channels/event.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { TARGETED } from '../../../dsl/step/contract.ts';
import { given, machineOf } from '../given-when-then.ts';

const definition = (name: string, head: string, start: string): Machine =>
  machineOf(`
conversation: ${name}
${head}
start:
  - ${start}
inputs:
  n: { default: none }
steps:
  - ask: "${name} \${inputs.n}?"
    within: 1h
    silence: [{ end: silent }]
`);

const EVENT = 'com.shop.order';
const byEvent = (name: string, head: string, more = ''): Machine =>
  definition(
    name,
    head,
    `{ event: ${EVENT}, contact: "'webchat:ana'", inputs: { n: "\${event.data.n}" }${more === '' ? '' : `, ${more}`} }`,
  );
const kinds = (lines: readonly string[]) =>
  lines
    .filter((line) => /^(says|starts|ends|conversation\.(cancelled|skipped|queued))/.test(line))
    .map((line) => line.replace(/ \{.*"reason":"([^"]*)".*$/, ' $1').replace(/ \{.*$/, ''));

describe('a start by any message', () => {
  const fallback = definition('fallback', '', 'any: true');
  const hello = definition('hello', '', 'match: hello');

  it('takes what nothing else takes', () => {
    const scene = given([fallback, hello]);
    expect(scene.reply('hello').said()).to.deep.equal(['hello none?']);
    expect(given([fallback, hello]).reply('whatever').said()).to.deep.equal(['fallback none?']);
  });

  it('leaves replies to the conversation that waits for one', () => {
    expect(kinds(given([fallback, hello]).reply('hello').reply('whatever').happened()).at(-1)).to.equal(
      'ends completed',
    );
  });
});

describe('a start with typos', () => {
  const refill = definition('refill', '', '{ match: { en: [refill] }, typos: true }');
  const strict = definition('strict', '', 'match: [refund, orders]');
  const orders = definition('orders', '', '{ match: order, typos: true }');
  const fallback = definition('fallback', '', 'any: true');
  const started = (text: string, ...machines: readonly Machine[]) => given(machines).reply(text).said();

  it('takes a word with a letter wrong', () => {
    expect(started('Refil', refill, strict)).to.deep.equal(['refill none?']);
    expect(started('refnud', refill, strict)).to.deep.equal([]);
  });

  it('takes none that means something else as it stands', () => {
    expect(started('orders', strict, orders)).to.deep.equal(['strict none?']);
    expect(started('cancel', definition('cancer', '', '{ match: cancer, typos: true }'))).to.have.length(1);
  });

  it('takes none that may mean another start, or a word of the platform', () => {
    expect(started('orderz', strict, orders)).to.deep.equal([]);
    expect(started('cancek', definition('cancer', '', '{ match: cancer, typos: true }'))).to.deep.equal([]);
  });

  it('comes after the question that was asked last, but before its otherwise and the fallback', () => {
    const any = definition('any', '', 'match: any');
    expect(started('refilk', fallback, refill)).to.deep.equal(['refill none?']);
    expect(given([any, refill]).reply('any').reply('refilk').said()).to.deep.equal(['any none?']);
    const choice = machineOf(`
conversation: choice
start: [{ match: choose }]
steps:
  - ask: Which?
    within: 1h
    replies: [{ match: one, end: one }, { otherwise: { say: Pardon?, again: 2, exhausted: { end: lost } } }]
    silence: [{ end: silent }]
`);
    const asked = given([choice, refill]).reply('choose');
    expect(asked.reply('refilk').said()).to.deep.equal(['Which?', 'refill none?']);
  });
});

describe('the message that starts a conversation', () => {
  const told = machineOf(`
conversation: told
busy: queue
start:
  - any: true
  - { event: ${EVENT}, contact: "'webchat:ana'", again: parallel }
steps:
  - ask: "\${has(opening.text) ? opening.text + ' at ' + opening.at.format('HH:mm') : 'nothing'}?"
    within: 1h
    silence: [{ end: silent }]
  - say: "\${reply.text}, \${has(opening.text) ? opening.text : 'nothing'}"
`);

  it('is known in its steps, beside the newest reply', () => {
    expect(given([told]).reply('Where is it?').reply('A7').said()).to.deep.equal([
      'Where is it? at 09:00?',
      'A7, Where is it?',
    ]);
  });

  it('is none where an event starts it', () => {
    expect(given([told]).external(EVENT, {}).said()).to.deep.equal(['nothing?']);
  });

  it('is kept while the start waits for another conversation', () => {
    const queued = machineOf(`
conversation: queued
busy: queue
start: [{ match: later }]
steps:
  - say: "\${opening.text} at \${opening.at.format('HH:mm')}"
`);
    const first = machineOf('conversation: first\nstart: [{ match: first }]\nsteps: [{ delay: { for: 1h } }]\n');
    expect(given([queued, first]).reply('first').reply('Later!').advance('2h').said()).to.deep.equal([
      'Later! at 09:00',
    ]);
  });
});

describe('a start of a definition that is open already', () => {
  const twice = (more: string, second: unknown = { n: '2' }) =>
    kinds(
      given([byEvent('order', '', more)])
        .external(EVENT, { n: '1' })
        .external(EVENT, second)
        .happened(),
    );

  it('begins one more for an event, unless told otherwise', () => {
    expect(twice('')).to.deep.equal(['starts order', 'says order 1?', 'starts order', 'says order 2?']);
  });

  it('does nothing with again: ignore, and says so', () => {
    expect(twice('again: ignore').slice(2)).to.deep.equal(['conversation.skipped it is under way already']);
  });

  it('replaces it with again: restart', () => {
    expect(twice('again: restart').slice(2)).to.deep.equal([
      'conversation.cancelled restarted',
      'starts order',
      'says order 2?',
    ]);
  });

  it('counts only those with the same key', () => {
    expect(twice('key: event.data.n').slice(2)).to.deep.equal(['starts order', 'says order 2?']);
    expect(twice('key: event.data.n', { n: '1' }).slice(2)).to.deep.equal([
      'conversation.skipped it is under way already',
    ]);
    expect(twice('again: restart, key: event.data.n', { n: '1' }).slice(2, 3)).to.deep.equal([
      'conversation.cancelled restarted',
    ]);
  });
});

describe('what a conversation is named after', () => {
  const order = byEvent('order', '');
  const event = (source: string): Event => ({
    ...{ specversion: '1.0', id: 'o-1' as EventId, source, type: EVENT, time: '2026-03-02T09:00:00.000Z' },
    data: { n: source },
  });

  const triggersIn = ({ emissions }: ReturnType<typeof given>): readonly unknown[] =>
    emissions.flatMap(({ type, data }) =>
      type === 'conversation.started' ? (data as { trigger: unknown }).trigger : [],
    );

  it('is the event that starts it: of two sources the same id is another event', () => {
    const scene = given([order]).arrive(event('/shop')).arrive(event('/till')).arrive(event('/shop'));
    expect(scene.said()).to.deep.equal(['order /shop?', 'order /till?']);
    const [shop, till] = scene.state?.conversations.map(({ id }) => id) ?? [];
    expect(shop).not.to.equal(till);
  });

  it('is said where it starts', () => {
    const trigger = { type: EVENT, id: 'o-1', source: '/shop' };
    expect(triggersIn(given([order]).arrive(event('/shop')))).to.deep.equal([trigger]);
  });

  it('was its id alone in events that are on record from before, and stays it', () => {
    const targetedThen = { definition: 'order', machine: order.hash, address: 'webchat:ana', event: event('/shop') };
    const scene = given([order]).receive(TARGETED, targetedThen);
    const named = createHash('sha256').update(`${scene.contact}\norder\no-1`).digest('hex').slice(0, 24);
    expect(scene.state?.conversations.map(({ id }) => id)).to.deep.equal([`v-${named}`]);
    expect(triggersIn(scene)).to.deep.equal([{ type: EVENT, id: 'o-1' }]);
  });
});

describe('a start while another conversation is open', () => {
  const hello = definition('hello', '', 'match: hello');

  it('is skipped with busy: skip', () => {
    const scene = given([hello, byEvent('order', 'busy: skip')])
      .reply('hello')
      .external(EVENT, { n: '1' });
    expect(kinds(scene.happened()).at(-1)).to.equal('conversation.skipped another conversation is open');
  });

  it('waits with busy: queue until the other has ended, the highest priority first', () => {
    const scene = given([hello, byEvent('low', 'busy: queue\npriority: 1'), byEvent('top', 'busy: queue\npriority: 9')])
      .reply('hello')
      .external(EVENT, { n: '1' });
    expect(kinds(scene.happened()).slice(2)).to.deep.equal(['conversation.queued', 'conversation.queued']);
    expect(kinds(scene.reply('hi').happened())).to.deep.equal(['ends completed', 'starts top', 'says top 1?']);
    expect(kinds(scene.reply('hi').happened())).to.deep.equal(['ends completed', 'starts low', 'says low 1?']);
  });

  it('is given up where it waited longer than its lifetime', () => {
    const patient = machineOf(`
conversation: patient
start: [{ match: hello }]
steps:
  - delay: { for: 5d }
`);
    const scene = given([patient, byEvent('order', 'busy: queue')])
      .reply('hello')
      .external(EVENT, { n: '1' });
    scene.happened();
    expect(kinds(scene.advance('5d').happened())).to.deep.equal([
      'ends completed',
      'conversation.skipped it waited longer than its lifetime',
    ]);
  });

  it('leaves replies to the one with the highest priority, whatever asked last', () => {
    const scene = given([byEvent('order', 'priority: 1'), definition('hello', 'priority: 6', 'match: hello')])
      .reply('hello')
      .external(EVENT, { n: '1' });
    scene.reply('yes');
    expect(scene.state?.conversations.map(({ definition: name }) => name)).to.deep.equal(['order']);
  });
});
