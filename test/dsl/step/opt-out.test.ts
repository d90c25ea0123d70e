import { expect } from 'chai';
import { given, machineOf } from '../given-when-then.ts';

const machine = machineOf(`
conversation: chat
start:
  - match: chat
  - event: com.example.chat
    contact: event.data.to
steps:
  - ask: Shall we?
    within: 1h
    replies:
      - match: ["yes"]
        goto: next
      - otherwise: { end: other }
    silence: [{ end: silent }]
  - say: Great.
`);

describe('opting out', () => {
  const stopped = () => {
    const scene = given([machine]).reply('chat');
    scene.happened();
    return scene.reply('Stop.');
  };

  it('cancels what is open, confirms once and is silent from then on', () => {
    const scene = stopped();
    expect(scene.happened()).to.deep.equal([
      'contact.opted-out {"connector":"webchat","how":"keyword","reason":"stop"}',
      'timer.cancelled {"timer":"lifetime-1"}',
      'timer.cancelled {"timer":"reply-2"}',
      'conversation.cancelled {"reason":"opted out"}',
      'says You will get no more messages by web chat. Write START to get them again.',
    ]);
    expect(scene.reply('chat').reply('stop').happened()).to.deep.equal([]);
    expect(scene.external('com.example.chat', { to: 'webchat:ana' }).said()).to.deep.equal([]);
    expect(scene.emissions.at(-1)?.type).to.equal('external.rejected');
  });

  it('takes YES as opting in only from someone who opted out', () => {
    const scene = stopped();
    scene.happened();
    expect(scene.reply('yes').happened()).to.deep.equal([
      'contact.opted-in {"connector":"webchat","how":"keyword","reason":"yes"}',
      'says You will get messages by web chat again. Write STOP to get no more, HELP for help.',
    ]);
    expect(scene.reply('chat').reply('yes').said()).to.deep.equal(['Shall we?', 'Great.']);
  });
});
