import { expect } from 'chai';
import { checkProject } from '../../../dsl/check/project.ts';
import { given, machineOf } from '../given-when-then.ts';

const CLINIC = machineOf(`
conversation: clinic
locales: [en, es]
start:
  - match: { en: [clinic], es: [clinica] }
stop:
  words: { en: [leave me alone], es: [basta] }
  text: { en: Goodbye., es: Adiós. }
help:
  words: [agent]
  text: { en: Call +1 212 555 0100., es: Llame al +1 212 555 0100. }
steps:
  - ask: { text: { en: Shall we?, es: ¿Vamos? } }
    within: 1h
    replies:
      - { match: fine, end: fine }
      - otherwise: { end: other }
    silence: [{ end: silent }]
`);

const PLAIN = machineOf('conversation: plain\nstart: [{ match: plain }]\nsteps: [{ say: Hi }]');

describe('HELP', () => {
  it('is answered by the platform and leaves the conversation as it was', () => {
    const scene = given([PLAIN, CLINIC]).reply('clinic');
    scene.happened();
    expect(scene.reply('Help!').happened()).to.deep.equal([
      'says Call +1 212 555 0100. You get our messages by web chat. Write STOP to get no more.',
    ]);
    expect(scene.reply('sure').happened().at(-1)).to.equal('ends other');
  });

  it('is answered where nothing is open, and to somebody who opted out', () => {
    expect(given([PLAIN]).reply('info').said()).to.deep.equal([
      'You get our messages by web chat. Write STOP to get no more.',
    ]);
    expect(given([PLAIN]).reply('stop').reply('HELP').said().at(-1)).to.equal(
      'You get no messages by web chat. Write START to get them again.',
    );
  });

  it('is of no conversation, and of the same id if it is worked out again', () => {
    const scene = given([PLAIN]).reply('help');
    const [{ conversation, data } = { data: {} }] = scene.emissions;
    expect(conversation).to.equal(undefined);
    expect((data as { message: string }).message).to.match(/^p-[0-9a-f]{24}\/m1$/);
    expect(given([PLAIN]).reply('help').emissions[0]?.data).to.deep.equal(data);
  });

  it("speaks the person's language: known, of the conversation, of the word", () => {
    expect(given([PLAIN], { locale: 'de' }).reply('help').said()[0]).to.match(/^Sie erhalten/);
    expect(given([CLINIC]).reply('clinica').reply('help').said().at(-1)).to.match(/^Llame al .* Recibe/);
    expect(given([PLAIN]).reply('aide').said()[0]).to.match(/^Vous recevez/);
  });

  it('has further words and a text of a definition', () => {
    expect(given([CLINIC]).reply('agent').said()[0]).to.match(/^Call .* You get our messages/);
  });
});

describe('words of a definition that opt out', () => {
  it('do so whether or not it is open, and its text stands before the confirmation', () => {
    const scene = given([CLINIC]).reply('Leave me alone!');
    expect(scene.happened()).to.deep.equal([
      'contact.opted-out {"connector":"webchat","how":"keyword","reason":"leave me alone"}',
      'says Goodbye. You will get no more messages by web chat. Write START to get them again.',
    ]);
    expect(scene.reply('basta').happened()).to.deep.equal([]);
  });
});

describe('words that a definition adds to the platform', () => {
  it('can be expected by no other definition', () => {
    const text = [
      'conversation: other',
      'start: [{ match: hi }]',
      'steps:',
      '  - ask: Whom do you want?',
      '    within: 1h',
      '    replies:',
      '      - { match: agent, goto: next }',
      '      - otherwise: next',
      '    silence: [{ end: silent }]',
    ].join('\n');
    const files = [
      { file: 'clinic.yaml', text: '', machine: CLINIC },
      { file: 'other.yaml', text, machine: machineOf(text) },
    ];
    const [problem, ...more] = checkProject(files);
    expect(more).to.deep.equal([]);
    expect(problem).to.deep.include({ code: 'word-of-platform', file: 'other.yaml', line: 7, column: 9 });
    expect(problem?.message).to.include('a word of "help" in clinic (clinic.yaml)');
  });

  it('can be read as a value or a choice by no other definition', () => {
    const adding = machineOf(
      "conversation: adding\nstart: [{ match: add }]\nstop: { words: ['2', nope] }\nsteps: [{ say: Hi }]",
    );
    const text = [
      'conversation: other',
      'start: [{ match: hi }]',
      'vars: { sure: boolean, name: text, count: { type: integer, maximum: 1 } }',
      'steps:',
      '  - { ask: Sure?, into: sure, within: 1h, replies: [{ otherwise: next }], silence: [{ end: silent }] }',
      '  - { ask: Your name?, into: name, within: 1h, silence: [{ end: silent }] }',
      '  - { ask: One?, into: count, within: 1h, replies: [{ otherwise: next }], silence: [{ end: silent }] }',
      '  - ask: Tea or coffee?',
      '    within: 1h',
      '    replies:',
      '      - { match: tea, label: Tea }',
      '      - { match: coffee, label: Coffee }',
      '      - otherwise: next',
      '    silence: [{ end: silent }]',
    ].join('\n');
    const problems = checkProject([
      { file: 'adding.yaml', text: '', machine: adding },
      { file: 'other.yaml', text, machine: machineOf(text) },
    ]);
    expect(problems.map(({ code, line, message }) => [code, line, message.slice(0, 6)])).to.deep.equal([
      ['word-of-platform', 5, '"nope"'],
      ['word-of-platform', 12, '"2" is'],
    ]);
  });
});
