import { expect } from 'chai';
import { given, machineOf, type World } from '../given-when-then.ts';

interface Question {
  readonly type: string;
  readonly shown: string;
  readonly locales?: string;
  readonly more?: string;
  readonly ask?: string;
}

const question = ({ type, shown, locales = 'en', more = '', ask = '' }: Question) =>
  machineOf(`
conversation: question
locales: [${locales}]
${more}
start: [{ match: ask }]
vars:
  value: ${type}
steps:
  - ask: Well?
    into: value
    within: 1h
    ${ask}
    replies:
      - otherwise: { say: Pardon?, again: 5, exhausted: { end: lost } }
    silence: [{ end: silent }]
  - say: |
      \${${shown}}
`);

/** What it says to a reply, in a world whose clock shows Friday 6 March 2026, 09:00 UTC. */
const answerTo = (definition: Question, reply: string, world: World = {}) => {
  const scene = given([question(definition)], { now: '2026-03-06T09:00:00Z', ...world }).reply('ask');
  scene.happened();
  return scene.reply(reply).said().at(-1)?.trim();
};

describe('a reply is read as', () => {
  it('yes or no, in the language of the conversation', () => {
    const boolean: Question = { type: 'boolean', shown: "vars.value ? 'is' : 'not'", locales: 'en, es, de, fr' };
    expect(answerTo(boolean, 'Yep!', { locale: 'en' })).to.equal('is');
    expect(answerTo(boolean, 'Sí', { locale: 'es' })).to.equal('is');
    expect(answerTo(boolean, 'nein', { locale: 'de' })).to.equal('not');
    expect(answerTo(boolean, 'Bien sûr', { locale: 'fr' })).to.equal('is');
    expect(answerTo(boolean, '👎', { locale: 'fr' })).to.equal('not');
    expect(answerTo(boolean, 'ja', { locale: 'en' })).to.equal('Pardon?');
  });

  it('a date, in words or numbers, in the order of the locale', () => {
    const date: Question = { type: 'date', shown: "vars.value.format('yyyy-MM-dd EEE')", locales: 'en, en-GB, es' };
    for (const [locale, reply, expected] of [
      ['en', 'tomorrow', '2026-03-07 Sat'],
      ['en', 'on the 8th of March', '2026-03-08 Sun'],
      ['en', '08/03', '2026-08-03 Mon'],
      ['en-GB', '08/03', '2026-03-08 Sun'],
      ['en', '2026-12-24', '2026-12-24 Thu'],
      ['en', 'March 1', '2027-03-01 Mon'],
      ['en', 'Friday', '2026-03-13 Fri'],
      ['en', '8/3/85', '1985-08-03 Sat'],
      ['en', '31/02', 'Pardon?'],
      ['en', 'soon', 'Pardon?'],
    ] as const)
      expect(answerTo(date, reply, { locale }), `${locale} ${reply}`).to.equal(expected);
    expect(answerTo(date, 'pasado mañana', { locale: 'es' })).to.match(/^2026-03-08/);
    expect(answerTo(date, 'el 8 de marzo', { locale: 'es' })).to.match(/^2026-03-08/);
    expect(answerTo({ ...date, more: 'country: GB' }, '08/03', { locale: 'en' })).to.equal('2026-03-08 Sun');
  });

  it("a date in the person's zone", () => {
    const date: Question = { type: 'date', shown: "vars.value.format('d MMMM')" };
    const world = { now: '2026-03-06T23:30:00Z', zone: 'Asia/Tokyo' };
    expect(answerTo(date, 'today', world)).to.equal('7 March');
  });

  it("a time, alone or with a date, in the person's zone", () => {
    const time: Question = { type: 'time', shown: "vars.value.format('yyyy-MM-dd HH:mm')", locales: 'en, de' };
    const world = { zone: 'America/New_York' };
    expect(answerTo(time, '3 p.m.', world)).to.equal('2026-03-06 15:00');
    expect(answerTo(time, '03:30', world), 'past already').to.equal('2026-03-07 03:30');
    expect(answerTo(time, 'tomorrow at 9:30', world)).to.equal('2026-03-07 09:30');
    expect(answerTo(time, '10:15 on 9 March', world)).to.equal('2026-03-09 10:15');
    expect(answerTo(time, '15 Uhr 30', { ...world, locale: 'de' })).to.equal('2026-03-06 15:30');
    expect(answerTo(time, '9', world)).to.equal('Pardon?');
    expect(answerTo(time, '25:00', world)).to.equal('Pardon?');
  });

  it('a phone number in E.164, of the country of the definition', () => {
    const phone: Question = { type: 'phone', shown: 'vars.value', more: 'country: US' };
    expect(answerTo(phone, '(212) 555-0123')).to.equal('+12125550123');
    expect(answerTo(phone, '+49 30 901820')).to.equal('+4930901820');
    expect(answerTo(phone, '12')).to.equal('Pardon?');
    expect(answerTo({ ...phone, more: '' }, '212 555 0123'), 'of no country').to.equal('Pardon?');
  });

  it('an e-mail address', () => {
    const email: Question = { type: 'email', shown: 'vars.value' };
    expect(answerTo(email, 'It is <Ana@Example.ORG>.')).to.equal('Ana@example.org');
    expect(answerTo(email, 'ana@example')).to.equal('Pardon?');
    expect(answerTo(email, 'a@example.org or b@example.org')).to.equal('Pardon?');
  });

  it('money, in the smallest unit of its currency', () => {
    const type = '{ type: money, currency: EUR, minimum: 5, maximum: 2000 }';
    const money: Question = { type, shown: "string(vars.value.minor) + ' ' + vars.value.format()", locales: 'en, de' };
    expect(answerTo(money, '€19.99')).to.equal('1999 €19.99');
    expect(answerTo(money, '1,250')).to.equal('125000 €1,250.00');
    expect(answerTo(money, '12,5 EUR')).to.equal('1250 €12.50');
    expect(answerTo(money, '1.250,50', { locale: 'de' })).to.match(/^125050 /);
    expect(answerTo(money, '4.99'), 'below the minimum').to.equal('Pardon?');
    expect(answerTo(money, '$10'), 'another currency').to.equal('Pardon?');
  });

  it('a duration', () => {
    const duration: Question = {
      type: '{ type: duration, maximum: 1d }',
      shown: 'string(vars.value.getSeconds())',
      locales: 'en, es',
    };
    expect(answerTo(duration, '90m')).to.equal('5400');
    expect(answerTo(duration, '1 hour and 30 minutes')).to.equal('5400');
    expect(answerTo(duration, '2 horas', { locale: 'es' })).to.equal('7200');
    expect(answerTo(duration, '2 days'), 'too long').to.equal('Pardon?');
    expect(answerTo(duration, '90')).to.equal('Pardon?');
  });

  it('a text that fits a pattern as a whole, and a length', () => {
    const code: Question = { type: "{ type: text, pattern: '[A-Z]{2}[0-9]{4}' }", shown: 'vars.value' };
    expect(answerTo(code, ' AB1234 ')).to.equal('AB1234');
    expect(answerTo(code, 'my AB1234')).to.equal('Pardon?');
    expect(answerTo({ type: '{ type: text, maxLength: 3 }', shown: 'vars.value' }, 'four')).to.equal('Pardon?');
  });

  it('one of several texts, whatever its case and accents', () => {
    expect(answerTo({ type: '{ enum: [Café, Tea] }', shown: 'vars.value' }, 'cafe')).to.equal('Café');
  });

  it('a number within bounds', () => {
    const score: Question = { type: '{ type: integer, minimum: 1, maximum: 5 }', shown: 'vars.value' };
    expect(answerTo(score, '5')).to.equal('5');
    expect(answerTo(score, '6')).to.equal('Pardon?');
  });

  it('what `check` allows: the rest goes to otherwise', () => {
    const future: Question = {
      type: 'date',
      shown: "vars.value.format('d MMMM')",
      ask: 'check: reply.value > now.date() && reply.value.getDayOfWeek() != 0',
    };
    expect(answerTo(future, 'tomorrow')).to.equal('7 March');
    expect(answerTo(future, 'today')).to.equal('Pardon?');
    expect(answerTo(future, 'Sunday')).to.equal('Pardon?');
  });
});

describe('near words', () => {
  const doctor = machineOf(`
conversation: doctor
start: [{ match: doctor }]
vars: { choice: text }
steps:
  - ask: Which one?
    into: choice
    within: 1h
    typos: true
    replies:
      - { match: [doctor lee, morning], label: Lee }
      - { match: [moaning], value: groan }
      - { match: [doctor kim, evening], label: Kim }
      - otherwise: { say: Pardon?, again: 5, exhausted: { end: lost } }
    silence: [{ end: silent }]
  - say: '\${vars.choice}'
`);
  const chosen = (reply: string) => given([doctor]).reply('doctor').reply(reply).said().at(-1)?.replace(/ \[.*/, '');

  it('take the number of a choice where no word does', () => {
    expect(chosen('1.')).to.equal('doctor lee');
    expect(chosen('2')).to.equal('doctor kim');
    expect(chosen('3')).to.equal('Pardon?');
  });

  it('take a word with a letter missing, added, wrong or swapped', () => {
    for (const word of ['evning', 'evenning', 'efening', 'eevning', 'veening', 'doctr kim'])
      expect(chosen(word), word).to.equal('doctor kim');
  });

  it('leave the exact word of another definition to it', () => {
    const evenings = machineOf(
      'conversation: evenings\nstart: [{ match: evenings }]\nsteps: [{ say: Our evenings. }]\n',
    );
    expect(given([doctor]).reply('doctor').reply('evenings').said().at(-1)).to.contain('doctor kim');
    expect(given([doctor, evenings]).reply('doctor').reply('evenings').said().at(-1)).to.equal('Our evenings.');
  });

  it('do not guess: two letters wrong, short words, two that could be meant', () => {
    for (const word of ['evng', 'lea', 'moining', 'something']) expect(chosen(word), word).to.equal('Pardon?');
  });
});

describe('the clock of a question', () => {
  const asked = (from: string) =>
    given(
      [
        machineOf(
          `conversation: clock\nstart: [{ match: go }]\nsteps:\n  - ask: Well?\n    within: 1h\n    from: ${from}\n    silence: [{ end: silent }]\n`,
        ),
      ],
      { sendsAtOnce: false },
    ).reply('go');
  const receipt = (scene: ReturnType<typeof asked>) => {
    const { message } = scene.emissions.find(({ type }) => type === 'message.requested')?.data as { message: string };
    return { message, connector: 'webchat', to: 'webchat:ana' };
  };

  it('starts when it is delivered, if that was asked for', () => {
    const scene = asked('delivered');
    scene.receive('message.sent', receipt(scene)).advance('2h');
    expect(scene.happened()).not.to.include('ends silent');
    expect(scene.receive('message.delivered', receipt(scene)).advance('1h').happened()).to.include('ends silent');
  });

  it('starts when it is sent, else; and a delivery means that it was sent', () => {
    const scene = asked('sent');
    expect(scene.receive('message.delivered', receipt(scene)).advance('1h').happened()).to.include('ends silent');
  });
});

describe('a delay until a local time', () => {
  const later = (delay: string) =>
    machineOf(`conversation: later\nstart: [{ match: go }]\nsteps:\n  - delay: ${delay}\n  - say: Now.\n`);

  it("ends when clocks in the person's zone show it next, on one of its days", () => {
    const scene = given([later('{ at: "09:00", days: mon-fri }')], {
      now: '2026-03-06T20:00:00Z',
      zone: 'America/New_York',
    }).reply('go');
    // Clocks go forward on the Sunday between.
    expect(scene.advance('65h').advance('59m').said()).to.deep.equal(['Now.']);
    expect(scene.emissions.find(({ type }) => type === 'timer.scheduled')?.data).to.deep.include({
      due: '2026-03-09T13:00:00.000Z',
    });
  });
});
