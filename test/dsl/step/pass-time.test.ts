import { expect } from 'chai';
import type { Millis } from '../../../channels/brands.ts';
import { timersOf } from '../../../dsl/contact.ts';
import { step } from '../../../dsl/step/step.ts';
import { withParking } from '../../../dsl/step/parking.ts';
import { given, machineOf, type Scene } from '../given-when-then.ts';

const NOBODY = 'probe:r1.1.scripted';
const DAY_MS = 86_400_000;

const reminder = machineOf(`
conversation: reminder
zone: Etc/UTC
lifetime: 10d
start: [{ match: remind }]
steps:
  - delay: { for: 2d }
  - ask: Is it done?
    within: 1d
    replies: [{ match: [done], say: 'It is \${now.format("d MMMM")}.', end: done }, { otherwise: { end: unclear } }]
    silence: [{ say: And now?, within: 1d }, { end: silent }]
`);

const asleep = machineOf(`
conversation: asleep
zone: Etc/UTC
start: [{ match: night }]
steps:
  - delay: { for: 1h }
  - say: Good morning.
  - end: told
send:
  window: { from: '09:00', to: '19:00', otherwise: hold }
`);

/** What time it is for the person. */
const ownTime = (scene: Scene): string => new Date(scene.now + (scene.state?.aheadMs ?? 0)).toISOString();

const pass = (scene: Scene, ms: number): Scene => scene.receive('probe.time-requested', { ms });

const passed = (ms: number, leftMs: number, now: string): string =>
  `probe.time-passed ${JSON.stringify({ ms, leftMs, now: `${now}.000Z` })}`;

/** Only what a test sees of time, and what is said and ends. */
const seen = (scene: Scene): readonly string[] =>
  scene.happened().filter((line) => /^(says|ends|probe|timer\.fired|conversation\.expired)/.test(line));

describe('time that passes at once for somebody who does not exist', () => {
  it('stops at the next deadline, which fires as ever, and only then goes on', () => {
    const scene = pass(given([reminder], { address: NOBODY }).reply('remind'), 5 * DAY_MS);
    expect(seen(scene)).to.deep.equal([passed(2 * DAY_MS, 3 * DAY_MS, '2026-03-04T09:00:00')]);
    expect(seen(pass(scene, DAY_MS))).to.deep.equal([passed(0, DAY_MS, '2026-03-04T09:00:00')]);
    expect(seen(scene.advance('0s'))).to.deep.equal([
      'timer.fired {"timer":"delay-1","due":"2026-03-04T09:00:00.000Z"}',
      'says Is it done?',
    ]);
    // The reply clock started when it was sent, by the person's own time.
    expect(seen(pass(scene, 2 * DAY_MS))).to.deep.equal([passed(DAY_MS, DAY_MS, '2026-03-05T09:00:00')]);
    expect(seen(scene.advance('0s'))).to.deep.equal([
      'timer.fired {"timer":"reply-3","due":"2026-03-05T09:00:00.000Z"}',
      'says And now?',
    ]);
    expect(seen(scene.reply('done'))).to.deep.equal(['says It is 5 March.', 'ends done']);
    expect(new Date(scene.now).toISOString()).to.equal('2026-03-02T09:00:00.000Z');
  });

  it('goes on by itself from there, as it does for everybody', () => {
    const scene = pass(given([reminder], { address: NOBODY }).reply('remind'), DAY_MS).advance('12h');
    expect(ownTime(scene)).to.equal('2026-03-03T21:00:00.000Z');
    expect(timersOf(scene.state).map(({ due }) => due - scene.now)).to.deep.equal([DAY_MS / 2]);
    expect(seen(scene.advance('12h'))).to.include('says Is it done?');
  });

  it('releases what waits for the morning', () => {
    const scene = given([asleep], { address: NOBODY, now: '2026-03-02T22:00:00Z' }).reply('night').advance('1h');
    expect(scene.said()).to.deep.equal([]);
    expect(pass(scene, DAY_MS).advance('0s').said()).to.deep.equal(['Good morning.']);
    expect(ownTime(scene)).to.equal('2026-03-03T09:00:00.000Z');
  });

  it('begins at whatever moment for somebody of whom nothing is known, and never goes back', () => {
    const scene = pass(given([reminder], { address: NOBODY }), -30 * DAY_MS);
    expect(ownTime(scene)).to.equal('2026-01-31T09:00:00.000Z');
    expect(seen(scene.reply('remind').advance('2d').reply('done'))).to.include('says It is 2 February.');
    const before = ownTime(scene);
    expect(seen(pass(scene, -DAY_MS)).at(-1)).to.equal(passed(0, 0, '2026-02-02T09:00:00'));
    expect(ownTime(scene)).to.equal(before);
  });

  it('passes as much as is asked for where no deadline stands', () => {
    const scene = pass(pass(given([reminder], { address: NOBODY }), 3), 4);
    expect(scene.state?.aheadMs).to.equal(7);
  });

  it('passes once, however often the same request comes', () => {
    const scene = given([reminder], { address: NOBODY });
    const event = scene.eventOf('probe.time-requested', { ms: 3 });
    scene.apply({ kind: 'event', event }).apply({ kind: 'event', event: { ...event, source: '/again' } });
    expect(scene.state?.aheadMs).to.equal(3);
  });

  for (const address of ['tel:+12125550123', 'probe:r1.1']) {
    it(`passes for nobody else: ${address}`, () => {
      const scene = given([reminder], { address }).reply('remind');
      const before = scene.state;
      scene.happened();
      expect(pass(scene, DAY_MS).state).to.equal(before);
      expect(scene.happened()).to.deep.equal([]);
    });
  }

  it('lets the clocks of what is parked stand still', () => {
    let isBroken = false;
    const parking = withParking((machines, state, input, context) => {
      if (isBroken && input.kind === 'timer') throw new Error('a bug');
      return step(machines, state, input, context);
    });
    const scene = pass(given([reminder], { address: NOBODY, step: parking }).reply('remind'), 2 * DAY_MS).advance('0s');
    isBroken = true;
    const conversation = pass(scene, DAY_MS).advance('0s').state?.conversations[0];
    expect(conversation?.parked).to.include({ since: Date.parse('2026-03-05T09:00:00Z') as Millis });
    expect(pass(scene, DAY_MS).state?.aheadMs).to.equal(4 * DAY_MS);
    isBroken = false;
    scene.receive('conversation.resume-requested', { conversation: conversation?.id });
    scene.happened();
    expect(seen(scene.advance('0s'))).to.deep.equal([
      'timer.fired {"timer":"reply-3","due":"2026-03-06T09:00:00.000Z"}',
      'says And now?',
    ]);
  });
});
