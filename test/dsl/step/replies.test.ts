import { expect } from 'chai';
import { given, machineOf } from '../given-when-then.ts';

const drink = machineOf(
  `
conversation: drink
start:
  - match: drink
vars:
  choice: text
steps:
  - step: offer
    ask: Tea or coffee?
    into: choice
    within: 1h
    replies:
      - match: [tea, chai]
      - match: [coffee, "1"]
        value: espresso
      - otherwise:
          again: 1
          exhausted: { end: undecided }
    silence:
      - say: Still there?
        within: 2h
      - end: silent
  - say: One \${vars.choice}.
`.replaceAll('\\$', '$'),
);

const hello = machineOf(
  `
conversation: hello
start:
  - match: [hello, tea]
steps:
  - ask: Hello! What is your name?
    within: 1d
    silence: [{ end: silent }]
  - say: Hi \${reply.text}!
`.replaceAll('\\$', '$'),
);

describe('replies', () => {
  const asked = () => {
    const scene = given([drink]).reply('drink');
    scene.happened();
    return scene;
  };

  it('keeps the value of the entry, or its first word', () => {
    expect(asked().reply('CHAI').said()).to.deep.equal(['One tea.']);
    expect(asked().reply('coffee').said()).to.deep.equal(['One espresso.']);
  });

  it('repeats the question where an otherwise says nothing, and leaves when it is exhausted', () => {
    const scene = asked();
    expect(scene.reply('beer').said()).to.deep.equal(['Tea or coffee?']);
    expect(scene.reply('wine').happened().at(-1)).to.equal('ends undecided');
  });

  it('goes on where an otherwise only keeps something, also where an entry leaves', () => {
    const optional = machineOf(`
conversation: optional
start: [{ match: go }]
vars: { wish: { default: none } }
steps:
  - ask: Any wish?
    within: 1h
    replies:
      - { match: later, end: later }
      - otherwise: { set: { wish: '\${reply.text}' } }
    silence: [{ end: silent }]
  - say: '\${vars.wish} it is.'
`);
    expect(given([optional]).reply('go').reply('Cake').said()).to.deep.equal(['Any wish?', 'Cake it is.']);
    expect(given([optional]).reply('go').reply('later').happened().at(-1)).to.equal('ends later');
  });

  it('changes nothing when the same provider id comes again', () => {
    const scene = asked().reply('beer', 'p1');
    scene.happened();
    const before = scene.state;
    scene.reply('beer', 'p1');
    expect(scene.happened()).to.deep.equal([]);
    expect(scene.state).to.equal(before);
  });

  it('takes a reply that comes before the receipt of the question', () => {
    const scene = given([drink], { sendsAtOnce: false }).reply('drink').reply('tea');
    expect(scene.happened().at(-1)).to.equal('ends completed');
  });

  it('ignores a reply once the conversation has ended', () => {
    const scene = asked().reply('tea');
    scene.happened();
    expect(scene.reply('coffee').happened()).to.deep.equal([]);
  });

  it('takes the first of two replies, the second finds no question', () => {
    expect(asked().reply('tea').reply('coffee').said()).to.deep.equal(['One tea.']);
  });

  it('gives a word that a waiting question expects to that question, before it starts anything', () => {
    const scene = given([drink, hello]).reply('drink').reply('tea');
    expect(scene.said()).to.deep.equal(['Tea or coffee?', 'One tea.']);
  });

  it('starts another definition by its keyword while a question waits, and comes back to the question', () => {
    const scene = given([drink, hello]).reply('drink').reply('hello').reply('Ana').reply('tea');
    expect(scene.said()).to.deep.equal(['Tea or coffee?', 'Hello! What is your name?', 'Hi Ana!', 'One tea.']);
  });

  it('lets the newest question that takes any text have it', () => {
    const scene = given([drink, hello]).reply('hello').reply('drink');
    expect(scene.said()).to.deep.equal(['Hello! What is your name?', 'Hi drink!']);
  });

  it('gives an unexpected reply to the newest question', () => {
    const scene = given([drink, hello]).reply('drink').reply('hello').reply('beer');
    expect(scene.said().at(-1)).to.equal('Hi beer!');
  });
});
