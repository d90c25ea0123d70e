import { expect } from 'chai';
import { given, machineOf } from '../given-when-then.ts';

const definition = (send: string, steps: string, name = 'nudge') =>
  machineOf(`
conversation: ${name}
start:
  - match: ${name}
  - event: com.example.${name}
    contact: event.data.to
send: ${send}
steps:
${steps}
`);

const TWO_AND_ASK = `
  - say: One.
  - ask: Two?
    within: 1h
    replies:
      - { match: ["fine"], goto: next }
      - otherwise: { again: 1, exhausted: { end: other } }
    silence:
      - { say: Still there?, within: 2h }
      - end: silent
  - say: Thanks.
`;

const NIGHT = '2026-03-02T23:30:00-05:00';
const ana = { now: NIGHT, zone: 'America/New_York' };
const hold = '{ window: { from: "09:00", to: "20:00", days: mon-sat, otherwise: hold } }';

const outline = (lines: readonly string[]) => lines.filter((line) => !/^timer|waiting|started|advanced/.test(line));

describe('quiet hours', () => {
  it('hold what is said until the window opens, in order, and start the reply clock then', () => {
    const scene = given([definition(hold, TWO_AND_ASK)], ana).external('com.example.nudge', { to: 'webchat:ana' });
    expect(scene.happened().filter((line) => line.startsWith('message.held'))).to.have.length(2);
    expect(scene.advance('9h').said()).to.deep.equal([]);
    expect(scene.advance('30m').said()).to.deep.equal(['One.', 'Two?']);
    expect(scene.advance('59m').said()).to.deep.equal([]);
    expect(scene.advance('1m').said()).to.deep.equal(['Still there?']);
  });

  it('keep to the clock on the wall when it is changed', () => {
    // Clocks go forward in the night to Sunday, 8 March, when the window stays closed.
    const scene = given([definition(hold, '  - say: Hi')], { ...ana, now: '2026-03-07T20:00:00-05:00' });
    scene.external('com.example.nudge', { to: 'webchat:ana' });
    expect(scene.happened().join('\n')).to.include('"until":"2026-03-09T13:00:00.000Z"');
  });

  it('do not hold an answer to what the person just wrote, and let what waited go before it', () => {
    const scene = given([definition(hold, TWO_AND_ASK)], ana).reply('nudge');
    expect(scene.said()).to.deep.equal(['One.', 'Two?']);
    expect(scene.advance('9m').reply('fine').said()).to.deep.equal(['Thanks.']);
  });

  it('hold answers too where the definition says so, and a reminder that the reply overtakes is left out', () => {
    const scene = given([definition(hold, TWO_AND_ASK)], { ...ana, now: '2026-03-02T19:30:00-05:00' });
    scene.external('com.example.nudge', { to: 'webchat:ana' });
    expect(scene.said()).to.deep.equal(['One.', 'Two?']);
    scene.advance('1h');
    expect(scene.happened().join('\n')).to.include('message.held');
    expect(outline(scene.reply('fine').happened())).to.deep.equal([
      `message.blocked {"message":"${scene.state?.held?.[0]?.request.message ?? idOf(scene.emissions)}","reason":"answered meanwhile"}`,
      'says Thanks.',
      'ends completed',
    ]);
  });

  it('take nothing as the answer to a question that still waits', () => {
    const scene = given([definition(hold, TWO_AND_ASK)], ana).external('com.example.nudge', { to: 'webchat:ana' });
    scene.happened();
    expect(scene.reply('fine').said()).to.deep.equal([]);
    scene.advance('10h');
    expect(scene.said()).to.deep.equal(['One.', 'Two?']);
    expect(scene.reply('fine').said()).to.deep.equal(['Thanks.']);
  });

  it('let what was said go out after the conversation has ended, unless the person opts out', () => {
    const scene = () =>
      given([definition(hold, '  - say: Bye')], ana).external('com.example.nudge', { to: 'webchat:ana' });
    const ended = scene();
    expect(ended.state?.conversations).to.deep.equal([]);
    expect(ended.advance('10h').said()).to.deep.equal(['Bye']);
    const stopped = scene();
    stopped.happened();
    const lines = stopped.reply('stop').happened();
    expect(lines.some((line) => line.startsWith('message.blocked'))).to.equal(true);
    expect(stopped.advance('10h').said()).to.deep.equal([]);
  });

  it('leave out what may not be said, and leave a question as by silence', () => {
    const skip = hold.replace('hold', 'skip');
    const scene = given([definition(skip, TWO_AND_ASK)], ana).external('com.example.nudge', { to: 'webchat:ana' });
    const lines = outline(scene.happened());
    expect(lines.filter((line) => line.startsWith('message.blocked'))).to.have.length(2);
    expect(lines.at(-1)).to.equal('ends silent');
  });

  it('fail with a code where the definition says so', () => {
    const fail = hold.replace('hold', 'fail');
    const scene = given([definition(fail, TWO_AND_ASK)], ana).external('com.example.nudge', { to: 'webchat:ana' });
    expect(scene.emissions.at(-1)?.data).to.include({ code: 'quiet-hours' });
  });
});

describe('a frequency cap', () => {
  const cap = (otherwise: string) => `{ cap: { most: 2, per: 1d, otherwise: ${otherwise} } }`;
  const start = (name: string) => [`com.example.${name}`, { to: 'webchat:ana' }] as const;

  it('counts the messages of all definitions together', () => {
    const first = definition(cap('skip'), '  - say: A', 'first');
    const other = machineOf(
      'conversation: other\nstart: [{ event: com.example.other, contact: event.data.to }]\nsteps: [{ say: B }]',
    );
    const scene = given([first, other]);
    scene
      .external(...start('other'))
      .external(...start('first'))
      .external(...start('first'));
    expect(scene.said()).to.deep.equal(['B', 'A']);
    expect(scene.emissions.map(({ type }) => type)).to.include('message.blocked');
    expect(
      scene
        .advance('1d')
        .external(...start('first'))
        .said(),
    ).to.deep.equal(['A']);
  });

  it('does not count answers', () => {
    const scene = given([definition(cap('skip'), TWO_AND_ASK)])
      .reply('nudge')
      .reply('fine');
    expect(scene.said()).to.deep.equal(['One.', 'Two?', 'Thanks.']);
    expect(scene.external(...start('nudge')).said()).to.deep.equal(['One.', 'Two?']);
  });

  it('holds what is too much until the oldest has left the period', () => {
    const scene = given([definition(cap('hold'), '  - say: A\n  - say: B\n  - say: C\n  - say: D')]);
    scene.external(...start('nudge'));
    expect(scene.said()).to.deep.equal(['A', 'B']);
    expect(scene.advance('23h').said()).to.deep.equal([]);
    expect(scene.advance('1h').said()).to.deep.equal(['C', 'D']);
  });
});

function idOf(emissions: readonly { type: string; data: unknown }[]): string {
  const held = emissions.findLast(({ type }) => type === 'message.held');
  return (held?.data as { message: string } | undefined)?.message ?? '';
}
