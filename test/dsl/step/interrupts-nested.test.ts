import { expect } from 'chai';
import { timersOf } from '../../../dsl/contact.ts';
import { given, machineOf, type Scene } from '../given-when-then.ts';

const CANCELLED = 'com.shop.order.cancelled';

/** An interrupt of a snippet asks; an interrupt of the conversation interrupts that. */
const nested = (waits: string, more = '') =>
  machineOf(`
conversation: nested
start: [{ match: go }]
data:
  stock: { get: "https://shop.example/stock", timeout: 10s, retry: 0, returns: { count: integer } }
steps:
  - call: part
    outcomes: { otherwise: next }
  - step: desk
    delay: { for: 1d }
anytime:
  - { match: desk, goto: desk }
  - { match: patience, call: patience, outcomes: { otherwise: next }, then: resume }
${more}
snippets:
  part:
    steps:
${waits}
    anytime:
      - { match: wait, call: patience, outcomes: { otherwise: next }, then: resume }
${more.replaceAll('Outer', 'Inner').replaceAll(/^/gm, '    ')}
  patience:
    steps:
      - ask: Still there?
        within: 1h
        silence: [{ end: none }]
`);

const DELAY = '      - delay: { for: 2h }';
const FETCH =
  '      - { fetch: stock, failed: { say: "No: ${failure.code}", end: unknown } }\n      - say: "${data.stock.count}"';

const timers = (scene: Scene): readonly string[] => timersOf(scene.state).map(({ id }) => id.split('-')[0] ?? '');

describe('interrupts inside one another', () => {
  it('leave no clock behind where the outer one leaves for good', () => {
    const scene = given([nested(DELAY)])
      .reply('go')
      .reply('wait')
      .reply('desk');
    expect(timers(scene)).to.deep.equal(['delay']);
    scene.happened();
    expect(scene.advance('3h').happened()).to.deep.equal([]);
  });

  it('keep an answer for what the inner one has set aside', () => {
    const scene = given([nested(FETCH)])
      .reply('go')
      .reply('wait')
      .reply('patience');
    const { request } = scene.emissions.find(({ type }) => type === 'data.requested')?.data as { request: string };
    scene.receive('data.received', { request, source: 'stock', value: { count: 3 }, attempts: 1 });
    scene.happened();
    expect(scene.reply('yes').said()).to.deep.equal([]);
    expect(scene.reply('yes').said()).to.deep.equal(['3']);
  });

  it('take an event that both wait for by the inner one, and once', () => {
    const entry = `  - { event: ${CANCELLED}, key: event.data.order, equals: "'7'", say: Outer., then: resume }`;
    const scene = given([nested(DELAY, entry)]).reply('go');
    scene.happened();
    expect(scene.external(CANCELLED, { order: '7' }).said()).to.deep.equal(['Inner.']);
  });
});
