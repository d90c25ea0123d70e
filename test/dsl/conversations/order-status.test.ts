import { expect } from 'chai';
import { given } from '../given-when-then.ts';
import { shipped } from './shipped.ts';

describe('order-status', () => {
  const machines = [shipped('order-status')];
  const asked = (words = 'Where is my order?') => {
    const scene = given(machines).reply(words);
    scene.happened();
    return scene;
  };
  type Scene = ReturnType<typeof asked>;

  /** The shop answers what it was asked last. */
  const shop = (scene: Scene, type: 'data.received' | 'data.failed', more: object) => {
    const requested = scene.emissions.findLast((emission) => emission.type === 'data.requested');
    const { request, source } = requested?.data as { request: string; source: string };
    return scene.receive(type, { request, source, attempts: 1, ...more });
  };
  const sent = { status: 'sent', arrives: '2026-03-05T12:00:00Z' };

  it('asks the shop for the number, and answers', () => {
    const scene = asked().reply('104233');
    expect(scene.emissions.findLast(({ type }) => type === 'data.requested')?.data).to.deep.include({
      source: 'order',
    });
    const lines = shop(scene, 'data.received', { value: sent, status: 200 }).happened();
    expect(lines).to.include('emits com.example.order.status-asked {"number":104233}');
    expect(lines).to.include('says Order 104233 is on its way and arrives Thursday, 5 March.');
    expect(lines.at(-1)).to.equal('ends answered');
  });

  it('asks again for a number that no order has', () => {
    const scene = asked().reply('7');
    const refused = { code: 'data-refused', status: 404, reason: 'not found', permanent: true };
    expect(shop(scene, 'data.failed', refused).said()).to.deep.equal([
      'There is no order 7.',
      'What is your order number? It has six digits.',
    ]);
    expect(shop(scene.reply('104233'), 'data.received', { value: sent, status: 200 }).happened().at(-1)).to.equal(
      'ends answered',
    );
  });

  it('helps by mail where the shop does not answer, or with something else than it declares', () => {
    const down = { code: 'data-unavailable', reason: 'connection refused', permanent: false };
    const scene = shop(asked().reply('104233'), 'data.failed', down);
    expect(scene.happened().at(-1)).to.equal('ends helped-by-mail');
    const odd = shop(asked().reply('104233'), 'data.received', { value: { status: 'lost' }, status: 200 });
    expect(odd.happened().at(-1)).to.equal('ends helped-by-mail');
  });

  it('helps by mail where the reply is no number three times', () => {
    const scene = asked().reply('dunno').reply('really').reply('no idea');
    expect(scene.happened().at(-1)).to.equal('ends helped-by-mail');
  });

  it('nudges after half an hour and ends after two more', () => {
    const scene = asked();
    expect(scene.advance('30m').said()).to.deep.equal(['Are you still there? You find the number in our e-mail.']);
    expect(scene.advance('2h').happened().at(-1)).to.equal('ends no-answer');
  });

  it('answers in Spanish', () => {
    const scene = asked('¿Dónde está mi pedido?').reply('104233');
    expect(shop(scene, 'data.received', { value: sent, status: 200 }).said()).to.deep.equal([
      'El pedido 104233 está en camino y llega el jueves, 5 de marzo.',
    ]);
  });
});
