import { expect } from 'chai';
import { given, machineOf } from '../given-when-then.ts';

const booking = machineOf(`
conversation: booking
locales: [en, es]
start:
  - match: { en: book, es: reservar }
vars:
  visits: { type: integer, default: 0 }
steps:
  - set: { visits: "\${vars.visits + 1}" }
  - step: day
    ask: { text: { en: "Which day?", es: "¿Qué día?" } }
    within: 2h
    replies:
      - match: { en: monday, es: lunes }
        call: hour
        outcomes: { otherwise: next }
      - otherwise: { again: 1, exhausted: { end: lost } }
    silence: [{ end: silent }]
  - delay: { for: 1d }
  - say: { text: { en: "Booked after \${vars.visits}.", es: "Reservado." } }
    end: booked
  - step: desk
    say: { text: { en: "Come to the desk.", es: "Venga." } }
    end: desk
anytime:
  - match: { en: [directions], es: [cómo llegar] }
    say: { text: { en: "12 Main St", es: "Main St 12" } }
    then: resume
  - match: { en: begin, es: empezar }
    set: { visits: "\${vars.visits + 10}" }
    then: restart
  - match: { en: desk, es: recepción }
    goto: desk
  - match: { en: never, es: nunca }
    end: refused
  - match: { en: survey, es: encuesta }
    call: survey
    outcomes: { otherwise: next }
    then: resume
snippets:
  hour:
    steps:
      - ask: { text: { en: "Which hour?", es: "¿Qué hora?" } }
        within: 1h
        silence: [{ end: none }]
    anytime:
      - match: { en: hours, es: horario }
        say: { text: { en: "9 to 5", es: "De 9 a 17" } }
        then: resume
  survey:
    steps:
      - ask: { text: { en: "Happy?", es: "¿Contento?" } }
        within: 1h
        silence: [{ end: none }]
`);

const open = () => {
  const scene = given([booking]).reply('book');
  scene.happened();
  return scene;
};

describe('anytime', () => {
  it('answers and waits on: the question is not asked again, its clock and misses go on', () => {
    const scene = open().advance('1h').reply('pardon').advance('1h').reply('directions');
    expect(scene.said()).to.deep.equal(['Which day?', '12 Main St']);
    expect(scene.advance('59m').said()).to.deep.equal([]);
    expect(scene.reply('what').happened().at(-1)).to.equal('ends lost');
    const silent = open().advance('1h').reply('directions').advance('1h');
    expect(silent.happened().at(-1)).to.equal('ends silent');
  });

  it('sets no timer and cancels none where it only answers', () => {
    const lines = open().reply('directions').happened();
    expect(lines.filter((line) => line.startsWith('timer.'))).to.deep.equal([]);
  });

  it('works during a delay, which ends when it would have', () => {
    const scene = open().reply('monday').reply('nine').advance('12h').reply('directions');
    expect(scene.said()).to.deep.equal(['Which hour?', '12 Main St']);
    expect(scene.advance('12h').said()).to.deep.equal(['Booked after 1.']);
  });

  it('works in what was called: its own first, then that of the caller, which is resumed', () => {
    const scene = open().reply('monday').reply('hours').reply('directions').reply('nine').advance('1d');
    expect(scene.said()).to.deep.equal(['Which hour?', '9 to 5', '12 Main St', 'Booked after 1.']);
  });

  it('begins anew with the variables as they were at first', () => {
    const scene = open().reply('begin').reply('monday').reply('nine').advance('1d');
    expect(scene.said()).to.deep.equal(['Which day?', 'Which hour?', 'Booked after 1.']);
  });

  it('leaves for another step or for good, also out of what was called', () => {
    expect(open().reply('desk').happened().at(-1)).to.equal('ends desk');
    expect(open().reply('monday').reply('never').happened().at(-1)).to.equal('ends refused');
    const lines = open().reply('monday').reply('desk').happened();
    expect(lines.filter((line) => line.startsWith('timer.scheduled'))).to.have.length(
      lines.filter((line) => line.startsWith('timer.cancelled')).length - 2,
    );
  });

  it('may ask questions of its own, while the clock that it interrupted stands still', () => {
    const scene = open().advance('90m').reply('survey').advance('59m').reply('yes');
    expect(scene.said()).to.deep.equal(['Happy?']);
    expect(scene.advance('29m').said()).to.deep.equal([]);
    expect(scene.advance('1m').happened().at(-1)).to.equal('ends silent');
  });

  it('is not interrupted by itself', () => {
    const scene = open().reply('survey').reply('survey').reply('monday');
    expect(scene.said()).to.deep.equal(['Happy?', 'Which hour?']);
  });

  it('is understood in the other languages too', () => {
    expect(open().reply('Cómo llegar').said()).to.deep.equal(['12 Main St']);
  });
});
