import { expect } from 'chai';
import { given } from '../given-when-then.ts';
import { shipped } from './shipped.ts';

describe('order-status', () => {
  const machines = [shipped('order-status')];
  const asked = () => {
    const scene = given(machines).reply('Where is my order?');
    scene.happened();
    return scene;
  };

  it('answers by order number', () => {
    const lines = asked().reply('104233').happened();
    expect(lines).to.include('emits com.example.order.status-asked {"number":104233}');
    expect(lines).to.include('says Order 104233 is on its way and arrives within 3 days.');
    expect(lines.at(-1)).to.equal('ends answered');
  });

  it('asks again for a number that no order has', () => {
    const scene = asked();
    expect(scene.reply('7').said()).to.deep.equal([
      'There is no order 7.',
      'What is your order number? It has six digits.',
    ]);
    expect(scene.reply('104233').happened().at(-1)).to.equal('ends answered');
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
    const scene = given(machines).reply('¿Dónde está mi pedido?');
    scene.happened();
    expect(scene.reply('104233').said()).to.deep.equal(['El pedido 104233 está en camino y llega en 3 días.']);
  });
});
