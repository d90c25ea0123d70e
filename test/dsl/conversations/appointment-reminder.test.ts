import { expect } from 'chai';
import { given } from '../given-when-then.ts';
import { shipped } from './shipped.ts';

const booked = (startsAt: string) => ({
  id: 'a1',
  startsAt,
  doctor: 'Lee',
  patient: { firstName: 'Ana', contact: 'webchat:ana' },
});

const TYPE = 'com.clinic.appointment.booked';

describe('appointment-reminder', () => {
  const machines = [shipped('appointment-reminder')];
  const reminded = (locale?: string) =>
    given(machines, { now: '2026-03-06T14:00:00Z', ...(locale === undefined ? {} : { locale }) })
      .external(TYPE, booked('2026-03-08T10:00:00-04:00'))
      .advance('25h');

  it('waits until a day ahead, then reminds in the zone of the clinic, on the night the clocks change', () => {
    const scene = given(machines, { now: '2026-03-06T14:00:00Z' }).external(TYPE, booked('2026-03-08T10:00:00-04:00'));
    expect(scene.happened().map((line) => line.split(' ')[0])).to.deep.equal([
      'starts',
      'timer.scheduled',
      'conversation.waiting',
    ]);
    expect(scene.advance('23h').happened()).to.deep.equal([]);
    expect(scene.advance('1h').said()).to.deep.equal([
      'Hi Ana, Dr Lee expects you Sunday at 10:00. Reply C to confirm or R to rebook. [Confirm|Rebook]',
    ]);
  });

  it('reminds at once where the appointment is less than a day ahead', () => {
    const scene = given(machines).external(TYPE, booked('2026-03-02T18:00:00Z'));
    expect(scene.said()[0]).to.match(/^Hi Ana, Dr Lee expects you Monday at 13:00/);
  });

  it('speaks the language of the person', () => {
    expect(reminded('es-MX').said()[0]).to.match(/^Hola Ana, el Dr. Lee le espera el domingo a las 10:00/);
  });

  for (const word of ['C', 'c.', 'Sure!', 'confirm', 'Sí', 'YES']) {
    it(`takes "${word}" as a confirmation`, () => {
      const scene = reminded();
      scene.happened();
      const lines = scene.reply(word).happened();
      expect(lines).to.include('emits com.clinic.appointment.confirmed {"id":"a1"}');
      expect(lines).to.include('says Thank you, see you then.');
      expect(lines.at(-1)).to.equal('ends confirmed');
      expect(scene.state?.conversations).to.deep.equal([]);
    });
  }

  it('asks for a day and passes it on', () => {
    const scene = reminded();
    scene.happened();
    expect(scene.reply('R').said()).to.deep.equal(['Which day suits you better?']);
    const lines = scene.reply('Friday afternoon').happened();
    expect(lines).to.include('emits com.clinic.appointment.rebooking-requested {"id":"a1","wish":"Friday afternoon"}');
    expect(lines).to.include('says Thank you. We will call you about Friday afternoon.');
    expect(lines.at(-1)).to.equal('ends rebooking');
  });

  it('asks again twice where it does not understand, then ends', () => {
    const scene = reminded();
    scene.happened();
    expect(scene.reply('what?').said()).to.deep.equal(['Sorry, please reply C or R. [Confirm|Rebook]']);
    expect(scene.reply('who?').said()).to.deep.equal(['Sorry, please reply C or R. [Confirm|Rebook]']);
    expect(scene.reply('why?').happened().at(-1)).to.equal('ends not-understood');
  });

  it('nudges after 4 h of silence and gives up after 12 h more', () => {
    const scene = reminded();
    scene.happened();
    expect(scene.advance('3h').said()).to.deep.equal(['Still coming? Reply C or R. [Confirm|Rebook]']);
    expect(scene.advance('11h').happened()).to.deep.equal([]);
    const lines = scene.advance('1h').happened();
    expect(lines).to.include('emits com.clinic.appointment.unanswered {"id":"a1"}');
    expect(lines.at(-1)).to.equal('ends no-answer');
  });

  it('still takes the confirmation after the nudge', () => {
    const scene = reminded().advance('5h');
    expect(scene.reply('C').happened().at(-1)).to.equal('ends confirmed');
  });

  it('runs one conversation per appointment', () => {
    const scene = reminded().external(TYPE, { ...booked('2026-03-07T18:00:00Z'), id: 'a2' });
    expect(scene.state?.conversations).to.have.length(2);
    scene.happened();
    expect(scene.reply('C').happened()).to.include('emits com.clinic.appointment.confirmed {"id":"a2"}');
    expect(scene.reply('C').happened()).to.include('emits com.clinic.appointment.confirmed {"id":"a1"}');
  });
});
