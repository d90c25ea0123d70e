import { expect } from 'chai';
import { given, machineOf } from '../given-when-then.ts';

const list = (rest: string) =>
  machineOf(`
conversation: list
start:
  - match: list
lifetime: 2h
vars:
  words: { list: text, default: [] }
steps:
  - ask: Ready?
    within: 1d
    silence: [{ end: silent }]
  - step: first
    say: The first is \${vars.words[0]}.
  - step: sorry
    say: Sorry.
    end: sorry
${rest}`);

describe('failed', () => {
  const lines = (rest: string) => {
    const scene = given([list(rest)]).reply('list');
    scene.happened();
    return scene
      .reply('yes')
      .happened()
      .map((line) => line.split(' {')[0] ?? '')
      .filter((line) => !line.startsWith('timer.'));
  };

  it('has its say, and the conversation ends as failed all the same', () => {
    expect(lines('failed: { say: Something went wrong. }\n').slice(-4)).to.deep.equal([
      'conversation.recovering',
      'conversation.advanced',
      'says Something went wrong.',
      'conversation.failed',
    ]);
  });

  it('may end it otherwise, or go on elsewhere', () => {
    expect(lines('failed: { end: broken }\n').at(-1)).to.equal('ends broken');
    expect(lines('failed: { goto: sorry }\n').slice(-2)).to.deep.equal(['says Sorry.', 'ends sorry']);
  });

  it('is handled three times at most', () => {
    const all = lines('failed: { goto: first }\n');
    expect(all.filter((line) => line === 'conversation.recovering')).to.have.length(3);
    expect(all.at(-1)).to.equal('conversation.failed');
  });

  it('tells the first cause where its own words fail', () => {
    const all = lines('failed: { say: "And ${vars.words[1]}" }\n');
    expect(all.slice(-2)).to.deep.equal(['conversation.advanced', 'conversation.failed']);
  });
});

describe('expired', () => {
  it('has its say before the conversation ends', () => {
    const scene = given([list('expired: { say: Time is up. }\n')]).reply('list');
    expect(scene.advance('2h').said()).to.deep.equal(['Ready?', 'Time is up.']);
    expect(scene.emissions.at(-1)?.type).to.equal('conversation.expired');
    expect(scene.state?.conversations).to.deep.equal([]);
  });
});
