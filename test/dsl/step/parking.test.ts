import { expect } from 'chai';
import type { Millis } from '../../../channels/brands.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { MAX_KEPT_INPUTS } from '../../../dsl/limits.ts';
import { timersOf, type Parked } from '../../../dsl/contact.ts';
import { machinesOf } from '../../../dsl/machines.ts';
import { withParking } from '../../../dsl/step/parking.ts';
import { step } from '../../../dsl/step/step.ts';
import { given, machineOf, type Scene } from '../given-when-then.ts';
import { withBrokenReply } from './broken-machine.ts';

const survey = machineOf(`
conversation: survey
start: [{ match: survey }]
steps:
  - step: mood
    ask: Good or bad?
    within: 1h
    replies:
      - match: good
      - match: bad
      - otherwise: { say: { text: Good or bad? }, again: 5, exhausted: { end: unclear } }
    silence: [{ end: silent }]
  - step: why
    ask: Why?
    within: 1h
    silence: [{ end: silent }]
  - say: 'Noted: \${reply.text}.'
  - end: noted
`);

const hello = machineOf('conversation: hello\nstart: [{ match: hello }]\nsteps:\n  - say: Hello!\n');
const broken = withBrokenReply(survey);

function parkedIn(...machines: readonly Machine[]): Scene {
  const scene = given(machines, { step: withParking(step) })
    .reply('survey')
    .reply('bad');
  scene.happened();
  return scene;
}

function parkedOf(scene: Scene): Parked | undefined {
  return scene.state?.conversations[0]?.parked;
}

const idOf = (scene: Scene): string => scene.state?.conversations[0]?.id ?? '';

const resume = (scene: Scene, more: object = {}): Scene =>
  scene.receive('conversation.resume-requested', { conversation: idOf(scene), ...more });

const keptTexts = (scene: Scene): readonly unknown[] =>
  (parkedOf(scene)?.kept ?? []).map(({ data }) => (data as { text: string }).text);

describe('a conversation that an input stops', () => {
  it('is parked with the cause, and nothing else of that input is left', () => {
    const scene = given([broken], { step: withParking(step) })
      .reply('survey')
      .reply('bad');
    const event = scene.emissions.at(-1);
    expect(event).to.deep.include({ channel: 'conversations', type: 'conversation.parked', conversation: idOf(scene) });
    expect(event?.data).to.include({ code: 'input-failed' });
    expect((event?.data as { reason: string }).reason).to.match(/has no node 999/);
    expect(parkedOf(scene)).to.deep.include(event?.data);
    expect(keptTexts(scene)).to.eql(['bad']);
    expect(scene.state?.conversations[0]?.reply).to.equal(undefined);
  });

  it('tells who looks for the cause', () => {
    const told: unknown[] = [];
    const report = (conversation: string, error: unknown): number => told.push([conversation, String(error)]);
    const scene = given([broken], { step: withParking(step, report) })
      .reply('survey')
      .reply('bad');
    expect(told).to.eql([[idOf(scene), `Error: machine ${survey.hash} has no node 999`]]);
  });

  it('keeps what comes for it, in order', () => {
    const scene = parkedIn(broken).reply('are you there?').reply('good');
    expect(scene.happened()).to.eql([]);
    expect(keptTexts(scene)).to.eql(['bad', 'are you there?', 'good']);
  });

  it('keeps once what comes again', () => {
    const scene = parkedIn(broken).reply('are you there?');
    const { key: contact } = scene.state ?? {};
    const [, event] = parkedOf(scene)?.kept ?? [];
    if (!event || !contact) throw new Error('nothing is kept');
    const context = { contact, now: Date.parse(event.time) as Millis };
    const again = { ...event, source: '/gateway/after-a-restart' };
    const { state, emissions } = withParking(step)(
      machinesOf([broken]),
      scene.state,
      { kind: 'event', event: again },
      context,
    );
    expect(state).to.equal(scene.state);
    expect(emissions).to.eql([]);
  });

  it('keeps receipts and answers that name it', () => {
    const scene = given([broken], { step: withParking(step), sendsAtOnce: false })
      .reply('survey')
      .reply('bad');
    scene.receive('message.delivered', { message: `${idOf(scene)}/m1`, connector: 'webchat', to: scene.address });
    expect(parkedOf(scene)?.kept.map(({ type }) => type)).to.eql(['message.received', 'message.delivered']);
  });

  it('leaves the platform its words, and other conversations theirs', () => {
    const scene = parkedIn(broken, hello);
    expect(scene.reply('hello').said()).to.eql(['Hello!']);
    expect(scene.reply('help').said()).to.have.length(1);
    expect(keptTexts(scene)).to.eql(['bad']);
  });

  it('is cancelled by STOP like any other', () => {
    const scene = parkedIn(broken).reply('stop');
    expect(scene.happened().join('\n')).to.match(/conversation.cancelled {"reason":"opted out"}/);
    expect(scene.state?.conversations).to.eql([]);
  });

  it('keeps no more than its share: then the input is put aside whole', () => {
    const scene = parkedIn(broken);
    for (let index = 1; index < MAX_KEPT_INPUTS; index++) scene.reply(`more ${index}`);
    expect(() => scene.reply('one too many'))
      .to.throw()
      .with.property('code', 'kept-inputs-full');
    expect(parkedOf(scene)?.kept).to.have.length(MAX_KEPT_INPUTS);
  });

  it('keeps the first however large, and no second beside it that is too large', () => {
    const scene = given([broken], { step: withParking(step) })
      .reply('survey')
      .reply('bad');
    const large = { connector: 'webchat', from: scene.address, text: 'x'.repeat(300 * 1024) };
    expect(() => scene.receive('message.received', large))
      .to.throw()
      .with.property('code', 'kept-inputs-full');
  });
});

describe('the clocks of a parked conversation', () => {
  it('stand still, and go on with it', () => {
    const scene = given([broken], { step: withParking(step) })
      .reply('survey')
      .advance('50m')
      .reply('bad');
    expect(timersOf(scene.state)).to.eql([]);
    scene.happened();
    expect(scene.advance('3d').happened()).to.eql([]);
    resume(scene.publish(survey), { skip: true });
    expect(scene.happened().slice(0, 2).join('\n')).to.match(/conversation.resumed.*\ntimer.scheduled/);
    expect(scene.advance('9m').happened()).to.eql([]);
    expect(scene.advance('2m').happened().at(-1)).to.equal('ends silent');
  });

  it('do not hold up a delay: it ends when it would have', () => {
    const later = machineOf(
      'conversation: later\nstart: [{ match: later }]\nanytime: [{ match: now, say: { text: Soon. }, then: resume }]\nsteps:\n  - delay: { for: 2d }\n  - say: Here it is.\n',
    );
    const scene = given([later], { step: withParking(step) })
      .reply('later')
      .publish()
      .reply('now');
    expect(parkedOf(scene)?.code).to.equal('machine-missing');
    scene.advance('3d');
    resume(scene.publish(later), { skip: true });
    expect(scene.advance('1s').said()).to.include('Here it is.');
  });

  it('may be what it stops at: then it is parked until somebody resumes it', () => {
    const scene = given([survey], { step: withParking(step) })
      .reply('survey')
      .publish();
    scene.advance('1h');
    expect(parkedOf(scene)).to.deep.include({ code: 'machine-missing', kept: [] });
    scene.advance('1h');
    resume(scene.publish(survey)).advance('1s');
    expect(scene.happened().at(-1)).to.equal('ends silent');
  });
});

describe('an operator', () => {
  it('resumes it: what was kept is tried again, in order', () => {
    const scene = parkedIn(broken).reply('it rained');
    resume(scene.publish(survey), { reason: 'mended' });
    expect(scene.happened().filter((line) => /^(says|ends|conversation.resumed)/.test(line))).to.eql([
      'conversation.resumed {"reason":"mended"}',
      'says Why?',
      'says Noted: it rained.',
      'ends noted',
    ]);
  });

  it('resumes it in vain while the cause is there: it is parked again, and nothing is lost', () => {
    const scene = parkedIn(broken).reply('it rained');
    resume(scene);
    expect(scene.happened().map((line) => line.split(' ')[0])).to.eql(['conversation.resumed', 'conversation.parked']);
    expect(keptTexts(scene)).to.eql(['bad', 'it rained']);
  });

  it('resumes it without the input that stopped it', () => {
    const scene = parkedIn(broken).reply('good');
    const input = parkedOf(scene)?.input;
    resume(scene, { skip: true });
    expect(scene.happened()[0]).to.equal(`conversation.resumed {"skipped":"${input ?? ''}"}`);
    expect(scene.state?.conversations[0]?.parked).to.equal(undefined);
    expect(scene.emissions.map(({ type }) => type)).to.include('conversation.advanced');
  });

  it('skips an input for good: its provider may bring it again, before and after', () => {
    const scene = given([broken], { step: withParking(step) }).reply('survey');
    const bad = { connector: 'webchat', from: scene.address, text: 'bad', providerId: 'm-1' };
    scene.receive('message.received', bad).receive('message.received', bad);
    expect(parkedOf(scene)?.kept).to.have.length(2);
    resume(scene, { skip: true });
    expect(parkedOf(scene)).to.equal(undefined);
    scene.receive('message.received', bad);
    expect(parkedOf(scene)).to.equal(undefined);
  });

  it('resumes it over several steps where much was kept, and what comes in between waits its turn', () => {
    const chatty = machineOf(
      'conversation: chatty\nstart: [{ match: chatty }]\nsteps:\n  - step: a\n    ask: More?\n    within: 1h\n    silence: [{ end: silent }]\n  - goto: a\n',
    );
    const scene = given([chatty], { step: withParking(step), sendsAtOnce: false })
      .reply('chatty')
      .publish();
    for (let index = 0; index < 90; index++) scene.reply(`${index}`);
    const sizes: number[] = [];
    const parking = withParking(step);
    const counting = given([chatty], {
      sendsAtOnce: false,
      step: (machines, state, input, context) => {
        const result = parking(machines, state, input, context);
        sizes.push(result.emissions.length);
        return result;
      },
    });
    counting.state = scene.state;
    resume(counting);
    expect(sizes.length).to.be.greaterThan(1);
    expect(Math.max(...sizes)).to.be.lessThan(300);
    expect(counting.said()).to.have.length(90);
    expect(parkedOf(counting)).to.equal(undefined);
  });

  it('asks for a conversation that is not parked, or over, in vain', () => {
    const scene = given([survey], { step: withParking(step) }).reply('survey');
    scene.happened();
    resume(scene);
    scene.receive('conversation.resume-requested', { conversation: 'v-unknown' });
    scene.receive('conversation.cancel-requested', { conversation: 'v-unknown', reason: 'r' });
    expect(scene.happened()).to.eql([]);
  });

  it('cancels it, or one that is not parked', () => {
    for (const scene of [parkedIn(broken), given([survey], { step: withParking(step) }).reply('survey')]) {
      scene.receive('conversation.cancel-requested', { conversation: idOf(scene), reason: 'withdrawn' });
      expect(scene.happened().at(-1)).to.equal('conversation.cancelled {"reason":"withdrawn"}');
      expect(scene.state?.conversations).to.eql([]);
    }
  });
});

describe('an input that stops no conversation', () => {
  it('is thrown on, for the engine to put aside: a start that fails leaves nothing to be parked', () => {
    const start = { ...hello, flows: { main: { ...hello.flows['main'], nodes: [] } } } as unknown as Machine;
    const scene = given([start], { step: withParking(step) });
    expect(() => scene.reply('hello')).to.throw(/has no node 0/);
    expect(scene.state).to.equal(undefined);
  });

  it('leaves a start waiting whose machine is not here', () => {
    const queued = machineOf(
      'conversation: queued\nbusy: queue\nstart:\n  - event: com.example.q\n    contact: event.data.to\nsteps:\n  - say: At last.\n',
    );
    const scene = given([survey, queued], { step: withParking(step) }).reply('survey');
    scene.external('com.example.q', { to: 'webchat:ana' });
    scene.publish(survey).advance('1h');
    expect(scene.state?.queued).to.have.length(1);
    expect(scene.publish(survey, queued).reply('anything').said()).to.include('At last.');
  });
});
