import { expect } from 'chai';
import { given, machineOf } from '../given-when-then.ts';

/** `way`: what the last step does on `red`; nothing but that leads to the end of the flow. */
const question = (way: string, rest = ''): string => `
conversation: last
start: [{ match: begin }]
steps:
  - say: Welcome.
  - ask: Red or not?
    within: 1h
    replies:
      - { match: red, ${way} }
      - otherwise: { end: refused }
    silence: [{ end: silent }]
${rest}`;

const happened = (text: string) =>
  given([machineOf(text)])
    .reply('begin')
    .reply('red')
    .happened();

describe('the end of a flow', () => {
  it('is where a way of the last step leads that does something first', () => {
    const lines = happened(question('say: Fine., goto: next'));
    expect(lines.filter((line) => line.startsWith('says '))).to.deep.equal([
      'says Welcome.',
      'says Red or not?',
      'says Fine.',
    ]);
    expect(lines.at(-1)).to.equal('ends completed');
  });

  it('is where a call of the last step leads to, of a snippet that ends so itself', () => {
    const snippet =
      'snippets:\n  thank:\n    steps:\n      - branch:\n          - { when: "true", say: Thanks., goto: next }\n          - otherwise: { end: other }\n';
    const lines = happened(
      question('call: thank, outcomes: { completed: { say: Bye., goto: next }, other: next }', snippet),
    );
    expect(lines.filter((line) => /^(says|ends) /.test(line)).slice(-3)).to.deep.equal([
      'says Thanks.',
      'says Bye.',
      'ends completed',
    ]);
  });

  it('is where what is said at the very last leads on: an outcome inside a way that is laid out late', () => {
    const lines = happened(
      question(
        'call: thank, outcomes: { otherwise: { say: Bye., goto: next } }',
        'snippets:\n  thank:\n    steps:\n      - say: Thanks.\n',
      ),
    );
    expect(lines.at(-1)).to.equal('ends completed');
  });

  it('is not there where nothing leads to it', () => {
    const nodes = machineOf(question('end: done')).flows['main']?.nodes ?? [];
    expect(nodes.flatMap((node) => (node.op === 'end' ? [node.outcome] : []))).to.not.include('completed');
  });

  it('stands only once, however many ways lead to it', () => {
    const nodes =
      machineOf(
        question('say: Fine., goto: next').replace(
          'otherwise: { end: refused }',
          'otherwise: { say: So., goto: next }',
        ),
      ).flows['main']?.nodes ?? [];
    expect(nodes.filter((node) => node.op === 'end' && node.outcome === 'completed')).to.have.length(1);
  });
});
