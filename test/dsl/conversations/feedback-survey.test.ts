import { expect } from 'chai';
import { given } from '../given-when-then.ts';
import { shipped } from './shipped.ts';

describe('feedback-survey', () => {
  const machines = [shipped('feedback-survey')];

  it('thanks for a good score', () => {
    const scene = given(machines).reply('Feedback');
    expect(scene.said()).to.deep.equal(['How was your visit, from 1 (bad) to 5 (great)? [1|2|3|4|5]']);
    const lines = scene.reply('5').happened();
    expect(lines).to.include('emits com.example.feedback.given {"score":5,"comment":""}');
    expect(lines.at(-1)).to.equal('ends answered');
  });

  it('asks what to do better after a bad score', () => {
    const scene = given(machines).reply('feedback');
    scene.happened();
    expect(scene.reply(' 2 ').said()).to.deep.equal(['We are sorry to hear that. What should we do better?']);
    expect(scene.reply('Shorter waits').happened()).to.include(
      'emits com.example.feedback.given {"score":2,"comment":"Shorter waits"}',
    );
  });

  it('keeps the score where no comment comes', () => {
    const scene = given(machines).reply('feedback').reply('1');
    scene.happened();
    expect(scene.advance('1d').happened()).to.include('emits com.example.feedback.given {"score":1,"comment":""}');
  });

  it('goes on in the language of the word that started it', () => {
    const scene = given(machines).reply('Opinion');
    expect(scene.said()).to.deep.equal(['¿Qué tal su visita, de 1 (mala) a 5 (excelente)? [1|2|3|4|5]']);
    expect(scene.reply('nueve').said()).to.deep.equal(['Responda con un número del 1 al 5, por favor. [1|2|3|4|5]']);
  });

  it('does not start twice', () => {
    const scene = given(machines).reply('feedback');
    scene.happened();
    expect(scene.reply('feedback').said()).to.deep.equal(['Please reply with a number from 1 to 5. [1|2|3|4|5]']);
    expect(scene.state?.conversations).to.have.length(1);
  });

  it('ends where nobody answers', () => {
    const scene = given(machines).reply('feedback').advance('1d');
    expect(scene.happened().at(-1)).to.equal('ends no-answer');
  });
});
