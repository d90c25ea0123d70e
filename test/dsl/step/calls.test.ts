import { expect } from 'chai';
import { given, machineOf } from '../given-when-then.ts';

const ordering = machineOf(`
conversation: ordering
start:
  - match: order
vars:
  drink: text
  rounds: { type: integer, default: 0 }
steps:
  - step: again
    set: { rounds: "\${vars.rounds + 1}" }
    call: choose
    with: { what: drink, most: "\${vars.rounds}" }
    outcomes:
      chosen:
        set: { drink: "\${result.choice}" }
        goto: next
      undecided: { say: "Round \${vars.rounds} failed.", goto: again }
      otherwise: { end: silent }
  - say: One \${vars.drink}.
    end: ordered
snippets:
  choose:
    inputs: { what: text, most: integer }
    vars: { choice: text, secret: { default: hidden } }
    returns: [choice]
    steps:
      - ask: "Which \${inputs.what}? (\${inputs.most})"
        into: choice
        within: 1h
        replies:
          - match: [tea, coffee]
            goto: check
          - otherwise: { end: undecided }
        silence: [{ end: silence }]
      - step: check
        call: confirm
        with: { choice: "\${vars.choice}" }
        outcomes:
          sure: { end: chosen }
          unsure: { end: undecided }
  confirm:
    inputs: { choice: text }
    steps:
      - ask: "Sure about \${inputs.choice}?"
        within: 1h
        replies:
          - { match: yep, end: sure }
          - otherwise: { end: unsure }
        silence: [{ end: unsure }]
`);

describe('calls', () => {
  it('runs what is called with its own inputs, and goes on by its outcome with what it returns', () => {
    const scene = given([ordering]).reply('order');
    expect(scene.said()).to.deep.equal(['Which drink? (1)']);
    expect(scene.reply('tea').said()).to.deep.equal(['Sure about tea?']);
    expect(scene.reply('yep').said()).to.deep.equal(['One tea.']);
  });

  it('tells in its states which snippet is at work', () => {
    const scene = given([ordering]).reply('order').reply('tea').reply('yep');
    const advances = scene.happened().filter((line) => line.startsWith('conversation.advanced'));
    expect(advances).to.deep.equal([
      'conversation.advanced {"from":"again","to":"choose/step-1","reason":"call"}',
      'conversation.advanced {"from":"choose/step-1","to":"choose/check","reason":"reply"}',
      'conversation.advanced {"from":"choose/check","to":"confirm/step-1","reason":"call"}',
      'conversation.advanced {"from":"confirm/step-1","to":"choose/check","reason":"return"}',
      'conversation.advanced {"from":"choose/check","to":"again","reason":"return"}',
      'conversation.advanced {"from":"again","to":"step-2","reason":"goto"}',
    ]);
  });

  it('begins anew with every call', () => {
    const scene = given([ordering]).reply('order').reply('beer');
    expect(scene.said()).to.deep.equal(['Which drink? (1)', 'Round 1 failed.', 'Which drink? (2)']);
    expect(scene.reply('tea').reply('no').said()).to.deep.equal([
      'Sure about tea?',
      'Round 2 failed.',
      'Which drink? (3)',
    ]);
  });

  it('goes the way of otherwise where the outcome is not named', () => {
    expect(given([ordering]).reply('order').advance('1h').happened().at(-1)).to.equal('ends silent');
  });

  it('shows the caller nothing but what is returned', () => {
    const scene = given([ordering]).reply('order').reply('tea');
    expect(scene.state?.conversations[0]?.frames.map(({ flow }) => flow)).to.deep.equal(['main', 'choose', 'confirm']);
    scene.reply('no');
    expect(scene.state?.conversations[0]?.frames[0]?.result).to.deep.equal({ choice: 'tea' });
  });
});
