import { expect } from 'chai';
import type { Millis } from '../../../channels/brands.ts';
import { timersOf } from '../../../dsl/contact.ts';
import { given, machineOf } from '../given-when-then.ts';

const ping = machineOf(`
conversation: ping
lifetime: 1d
start:
  - match: ping
steps:
  - step: first
    ask: Pong?
    within: 1h
    silence:
      - say: Hm?
        within: 20h
      - goto: later
  - step: later
    delay: { for: 10d }
  - step: second
    ask: Again?
    within: 20h
    silence: [{ end: silent }]
`);

const messageOf = (scene: ReturnType<typeof given>, index: number) =>
  (scene.emissions.filter(({ type }) => type === 'message.requested')[index]?.data as { message: string }).message;

const sent = (message: string) => ({ message, connector: 'webchat', to: 'webchat:ana' });

describe('clocks', () => {
  it('starts the reply clock when the question is sent, not when it was requested', () => {
    const scene = given([ping], { sendsAtOnce: false }).reply('ping').advance('3h');
    scene.happened();
    expect(timersOf(scene.state).map(({ id }) => id)).to.deep.equal(['lifetime-1']);
    scene.receive('message.sent', sent(messageOf(scene, 0)));
    expect(scene.happened()).to.deep.equal(['timer.scheduled {"timer":"reply-2","due":"2026-03-02T13:00:00.000Z"}']);
    expect(scene.advance('59m').happened()).to.deep.equal([]);
    expect(scene.advance('1m').said()).to.deep.equal(['Hm?']);
  });

  it('does not start it again when the receipt comes twice, nor for an older message', () => {
    const scene = given([ping], { sendsAtOnce: false }).reply('ping');
    const first = sent(messageOf(scene, 0));
    scene.receive('message.sent', first);
    scene.happened();
    expect(scene.advance('1m').receive('message.sent', first).happened()).to.deep.equal([]);
    scene.advance('1h');
    scene.happened();
    expect(scene.receive('message.sent', first).happened()).to.deep.equal([]);
  });

  it('starts it after an interrupt that asked before the question was sent', () => {
    const interrupted = machineOf(`
conversation: interrupted
start: [{ match: go }]
steps:
  - ask: Which day?
    within: 2h
    silence: [{ end: silent }]
anytime:
  - { match: wait, call: patience, outcomes: { otherwise: next }, then: resume }
snippets:
  patience:
    steps:
      - ask: Still there?
        within: 1d
        silence: [{ end: none }]
`);
    const scene = given([interrupted], { sendsAtOnce: false }).reply('go').reply('wait');
    scene
      .receive('message.sent', sent(messageOf(scene, 0)))
      .advance('3h')
      .reply('yes');
    expect(scene.advance('119m').happened()).not.to.include('ends silent');
    expect(scene.advance('1m').happened()).to.include('ends silent');
  });

  it('changes nothing for a timer that nobody waits for any more', () => {
    const scene = given([ping]).reply('ping');
    const timer = timersOf(scene.state).find(({ id }) => id.startsWith('reply'));
    expect(timer).not.to.equal(undefined);
    scene.reply('yes');
    scene.happened();
    const before = scene.state;
    if (timer) scene.apply({ kind: 'timer', timer });
    expect(scene.happened()).to.deep.equal([]);
    expect(scene.state).to.equal(before);
  });

  it('lets whichever comes first have it where a reply and a time-out fall on the same instant', () => {
    const scene = given([ping]).reply('ping');
    const timer = timersOf(scene.state).find(({ id }) => id.startsWith('reply'));
    scene.now = (timer?.due ?? 0) as Millis;
    scene.happened();
    scene.reply('yes');
    if (timer) scene.apply({ kind: 'timer', timer });
    expect(scene.happened().filter((line) => line.startsWith('conversation.advanced'))).to.deep.equal([
      'conversation.advanced {"from":"first","to":"later","reason":"reply"}',
    ]);
  });

  it('does not count authored delays against the lifetime', () => {
    const scene = given([ping]).reply('ping').advance('21h');
    expect(scene.state?.conversations[0]?.wait.for).to.equal('delay');
    scene.happened();
    expect(scene.advance('10d').said()).to.deep.equal(['Again?']);
    // 21 of the 24 hours are used up.
    expect(scene.advance('179m').happened()).to.deep.equal([]);
    expect(scene.advance('1m').happened().at(-1)).to.equal('conversation.expired {"state":"second"}');
    expect(scene.state?.conversations).to.deep.equal([]);
  });

  it('cancels every timer when the conversation ends', () => {
    const scene = given([ping]).reply('ping').advance('21h').advance('10d');
    scene.happened();
    const lines = scene.reply('yes').happened();
    expect(lines.filter((line) => line.startsWith('timer.cancelled'))).to.have.length(2);
    expect(timersOf(scene.state)).to.deep.equal([]);
  });

  it('fails where the question can not be delivered', () => {
    const scene = given([ping], { sendsAtOnce: false }).reply('ping');
    const failure = { ...sent(messageOf(scene, 0)), code: 'gone', reason: 'No such number.', permanent: true };
    scene.happened();
    scene.receive('message.failed', { ...failure, permanent: false });
    expect(scene.happened()).to.deep.equal([]);
    expect(scene.receive('message.failed', failure).happened().at(-1)).to.equal(
      'conversation.failed {"state":"first","code":"message-undeliverable","reason":"No such number."}',
    );
  });

  describe('where a question can not be delivered while an interrupt is at work', () => {
    const asked = (rest: string, then = 'then: resume') =>
      machineOf(`
conversation: asked
start: [{ match: go }]
steps:
  - step: day
    ask: Which day?
    within: 2h
    silence: [{ end: silent }]
anytime:
  - { match: wait, call: patience, outcomes: { otherwise: next }, ${then} }
${rest}snippets:
  patience:
    steps:
      - ask: Still there?
        within: 1d
        silence: [{ end: none }]
`);
    const interrupted = (rest: string, then?: string) => {
      const scene = given([asked(rest, then)], { sendsAtOnce: false })
        .reply('go')
        .reply('wait');
      scene.happened();
      const failure = { code: 'gone', reason: 'No such number.', permanent: true };
      scene.receive('message.failed', { ...sent(messageOf(scene, 0)), ...failure });
      expect(scene.happened()).to.deep.equal([]);
      return scene.reply('yes').happened();
    };

    it('fails once the question is resumed', () => {
      expect(interrupted('').at(-1)).to.equal(
        'conversation.failed {"state":"day","code":"message-undeliverable","reason":"No such number."}',
      );
      expect(interrupted('failed: { end: gone }\n').at(-1)).to.equal('ends gone');
    });

    it('goes on where the interrupt leaves the question', () => {
      expect(interrupted('', 'end: left').at(-1)).to.equal('ends left');
    });
  });
});
