import { expect } from 'chai';
import { given, machineOf, type Scene } from '../given-when-then.ts';

const help = machineOf(`
conversation: help
start:
  - match: help me
steps:
  - handoff: front-desk
    within: 30m
    returned: { say: Glad we could help., end: handled }
    nobody:
      say: Nobody is here. What is it about?
      goto: next
  - ask: Please write.
    within: 1h
    silence: [{ end: silent }]
anytime:
  - match: directions
    say: 12 Main St
    then: resume
`);
const order = machineOf(`
conversation: order
start:
  - match: order
  - event: com.shop.order
    contact: event.data.who
steps:
  - ask: Which number?
    within: 1h
    replies:
      - { match: seven, end: seven }
      - otherwise: { again: 1, exhausted: { end: lost } }
    silence: [{ end: silent }]
`);

const begun = (): Scene => {
  const scene = given([help, order]).reply('help me');
  scene.happened();
  return scene;
};
const desk = (scene: Scene, what: string, data: object = {}): Scene =>
  scene.receive(`handoff.${what}`, { conversation: scene.state?.conversations[0]?.id, agent: 'lee', ...data });

describe('handoff', () => {
  it('says who waits in which queue, and waits', () => {
    const scene = given([help]).reply('help me');
    const { id } = scene.state?.conversations[0] ?? {};
    expect(scene.happened().filter((line) => line.startsWith('conversation'))).to.deep.equal([
      `conversation.handed-off {"handoff":"${id ?? ''}/h1","queue":"front-desk","definition":"help","connector":"webchat","to":"webchat:ana"}`,
      'conversation.waiting {"state":"step-1","for":"handoff"}',
    ]);
  });

  it('sends what the desk answers', () => {
    const scene = begun();
    expect(desk(scene, 'replied', { text: 'How can I help?' }).said()).to.deep.equal(['How can I help?']);
    const sent = scene.emissions.findLast(({ type }) => type === 'message.requested');
    expect(sent?.data).to.deep.include({ connector: 'webchat', to: 'webchat:ana', step: 'step-1' });
  });

  it('goes the way that the desk names', () => {
    expect(desk(begun(), 'returned', { outcome: 'returned' }).happened()).to.include('ends handled');
    expect(desk(begun(), 'returned', { outcome: 'nobody' }).said()).to.deep.equal([
      'Nobody is here. What is it about?',
      'Please write.',
    ]);
  });

  it('goes the way of nobody where nobody takes it in time', () => {
    const scene = begun();
    expect(scene.advance('29m').said()).to.deep.equal([]);
    expect(scene.advance('1m').said()).to.deep.equal(['Nobody is here. What is it about?', 'Please write.']);
    expect(desk(begun(), 'taken').advance('2h').said()).to.deep.equal([]);
    expect(desk(begun(), 'replied', { text: 'Hello' }).advance('2h').said()).to.deep.equal(['Hello']);
  });

  it('leaves what the person writes to the desk: no word starts or interrupts anything', () => {
    const scene = begun();
    for (const text of ['hello?', 'order', 'directions', 'seven'])
      expect(scene.reply(text).happened()).to.deep.equal([]);
  });

  it('leaves the words of the platform to it', () => {
    const lines = begun().reply('STOP').happened();
    expect(lines).to.include('conversation.cancelled {"reason":"opted out"}');
  });

  it('lets a question that is asked later have its answers', () => {
    const scene = begun().advance('1m').external('com.shop.order', { who: 'webchat:ana' });
    scene.happened();
    expect(scene.reply('what?').happened()).to.deep.equal([]);
    expect(scene.reply('seven').happened()).to.include('ends seven');
  });

  it('has questions that were asked before wait for its end', () => {
    const scene = given([help, order]).external('com.shop.order', { who: 'webchat:ana' }).reply('help me');
    scene.happened();
    expect(scene.reply('seven').happened()).to.deep.equal([]);
    const { id } = scene.state?.conversations.find(({ definition }) => definition === 'help') ?? {};
    scene.receive('handoff.returned', { conversation: id, agent: 'lee', outcome: 'returned' });
    expect(scene.reply('seven').happened()).to.include('ends seven');
  });

  it('counts against the lifetime: nobody is in a queue for ever', () => {
    const scene = desk(begun(), 'taken');
    expect(scene.advance('3d').happened()).to.include('conversation.expired {"state":"step-1"}');
  });

  it('takes nothing from a desk that is too late, or means an earlier hand-off', () => {
    const again = machineOf(`
conversation: twice
start: [{ match: twice }]
steps:
  - handoff: first
    within: 30m
    returned: next
    nobody: next
  - handoff: second
    within: 30m
    returned: { end: handled }
    nobody: { end: unhandled }
`);
    const begin = (): Scene => given([again]).reply('twice');
    const idOf = (scene: Scene, number: number): string =>
      `${scene.state?.conversations[0]?.id ?? ''}/h${number.toString()}`;
    const scene = begin();
    const [first, second] = [idOf(scene, 1), idOf(scene, 2)];
    desk(scene, 'returned', { outcome: 'returned', handoff: first }).happened();
    expect(desk(scene, 'returned', { outcome: 'returned', handoff: first }).happened()).to.deep.equal([]);
    expect(desk(scene, 'returned', { outcome: 'nobody', handoff: second }).happened()).to.include('ends unhandled');
    expect(desk(scene, 'replied', { text: 'late', handoff: second }).happened()).to.deep.equal([]);

    // The first was never taken, so the desk has said nothing of it yet.
    const late = begin().advance('30m');
    late.happened();
    expect(desk(late, 'returned', { outcome: 'returned', handoff: first }).happened()).to.deep.equal([]);
    expect(desk(late, 'replied', { text: 'late', handoff: first }).happened()).to.deep.equal([]);
    expect(desk(late, 'taken', { handoff: first }).advance('30m').happened()).to.include('ends unhandled');
  });
});
