import { expect } from 'chai';
import { given, machineOf } from '../given-when-then.ts';

const loop = (steps: string, rest = '') =>
  machineOf(`
conversation: counting
start:
  - match: count
vars:
  n: { type: integer, default: 0 }
steps:
  - repeat:
      most: 3
${steps}
      exhausted: { say: Enough., end: exhausted }
  - say: Done at \${vars.n}.
${rest}`);

describe('repeat', () => {
  it('runs its steps at most so often, then goes the way of exhausted', () => {
    const machine = loop('      steps: [{ set: { n: "${vars.n + 1}" }, say: "Round ${vars.n}" }]');
    expect(given([machine]).reply('count').said()).to.deep.equal(['Round 1', 'Round 2', 'Round 3', 'Enough.']);
  });

  it('goes on to what follows once its condition no longer holds', () => {
    const machine = loop('      while: vars.n < 2\n      steps: [{ set: { n: "${vars.n + 1}" } }]');
    expect(given([machine]).reply('count').said()).to.deep.equal(['Done at 2.']);
  });

  it('is left by a goto to a step outside, and counts anew when it is entered again', () => {
    const machine = machineOf(`
conversation: counting
start:
  - match: count
vars:
  n: { type: integer, default: 0 }
steps:
  - step: begin
    repeat:
      most: 3
      steps:
        - set: { n: "\${vars.n + 1}" }
        - branch: [{ when: "vars.n == 2", goto: outside }, { otherwise: next }]
      exhausted: { say: "Enough at \${vars.n}.", end: exhausted }
  - step: outside
    say: Out at \${vars.n}.
    goto: begin
`);
    expect(given([machine]).reply('count').said()).to.deep.equal(['Out at 2.', 'Enough at 5.']);
  });

  it('waits inside, round after round', () => {
    const machine = loop(
      [
        '      steps:',
        '        - ask: Guess',
        '          within: 1h',
        '          replies: [{ match: seven, end: right }, { otherwise: next }]',
        '          silence: [{ end: silent }]',
      ].join('\n'),
    );
    expect(given([machine]).reply('count').reply('one').reply('two').reply('three').said()).to.deep.equal([
      'Guess',
      'Guess',
      'Guess',
      'Enough.',
    ]);
    expect(given([machine]).reply('count').reply('one').reply('seven').happened().at(-1)).to.equal('ends right');
  });
});

describe('split', () => {
  const machine = machineOf(`
conversation: test
start:
  - match: test
steps:
  - split:
      - { share: 20, end: a }
      - { share: 80, end: b }
`);
  const outcomeOf = (address: string) => given([machine], { address }).reply('test').happened().at(-1);

  it('sends the same person always the same way', () => {
    for (const address of ['webchat:ana', 'webchat:bo']) {
      const first = outcomeOf(address);
      const scene = given([machine], { address }).reply('test').advance('1h').reply('test');
      expect(scene.happened().at(-1)).to.equal(first);
    }
  });

  it('divides many people as the shares say', () => {
    const outcomes = Array.from({ length: 1000 }, (_, index) => outcomeOf(`webchat:p${index.toString()}`));
    const share = outcomes.filter((outcome) => outcome === 'ends a').length / outcomes.length;
    expect(share).to.be.within(0.16, 0.24);
  });
});
