import { expect } from 'chai';
import { contactKeyOf, parseAddress } from '../../../channels/contact-key.ts';
import type { Event } from '../../../channels/event.ts';
import { decodeEvent } from '../../../channels/encode.ts';
import { channelTopic, partitionTopic } from '../../../channels/topics.ts';
import type { ContactState } from '../../../dsl/contact.ts';
import { contactState, type KeptState } from '../../../dsl/correlation.ts';
import { MAX_KEPT_INPUTS } from '../../../dsl/limits.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { machinesOf } from '../../../dsl/machines.ts';
import { step } from '../../../dsl/step/step.ts';
import { contactLogic } from '../../../runtime/engine/contact-logic.ts';
import type { Decision, LoopLogic } from '../../../runtime/engine/loop-logic.ts';
import { RECORD_BYTES_MAX } from '../../../runtime/engine/record-size.ts';
import { withBrokenReply } from '../../dsl/step/broken-machine.ts';
import { machineOf } from '../../dsl/given-when-then.ts';
import { stored, until } from '../events/scene.ts';
import { DEAD_LETTERS, Rig, TENANT } from './rig.ts';

const survey = machineOf(`
conversation: survey
start: [{ match: survey }]
steps:
  - ask: Good or bad?
    within: 1h
    replies:
      - { match: good, end: good }
      - { match: bad, end: bad }
      - otherwise: { say: { text: Good or bad? }, again: 5, exhausted: { end: unclear } }
    silence: [{ end: silent }]
`);
const broken = withBrokenReply(survey);
const essay = machineOf(`
conversation: essay
start: [{ match: essay }]
steps:
  - ask: What do you think?
    within: 2d
    silence: [{ end: silent }]
`);

describe('a conversation that an input of the engine stops', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.open();
  });
  afterEach(() => rig.close());

  const logicOf = (...machines: Machine[]): LoopLogic =>
    contactLogic({ step, machines: { current: machinesOf(machines), ready: () => undefined } });
  const keyOf = (person: string): string => contactKeyOf(parseAddress(`webchat:${person}`));
  const write = (person: string, text: string): Promise<string> =>
    rig.state('message.received', keyOf(person), { connector: 'webchat', from: `webchat:${person}`, text });

  /** What conversations did, once `type` is among it so many times. */
  async function happened(type: string, times = 1): Promise<readonly Event[]> {
    const topic = partitionTopic(channelTopic(TENANT, 'conversations'), 0);
    let events: readonly Event[] = [];
    await until(`${times} of ${type}`, async () => {
      events = (await stored(rig.broker, topic)).map(({ payload }) => decodeEvent(payload));
      return events.filter((event) => event.type === type).length >= times;
    });
    return events;
  }

  /** Reply clocks that have been set. */
  const deadlinesOnRecord = async (): Promise<number> =>
    (await rig.journal()).flatMap((record) =>
      record.kind === 'step' && record.input.type === 'message.sent'
        ? record.outputs.filter(({ type }) => type === 'timer.scheduled')
        : [],
    ).length;

  /** Where anything is said, more than a record holds. */
  function tooMuch({ state, emissions: [emission] }: Decision): Decision {
    const data = { text: 'x'.repeat(200_000) };
    return { state, emissions: emission ? Array.from({ length: 30 }, () => ({ ...emission, data })) : [] };
  }

  it('is parked alone: other people, and its own person elsewhere, go on', async () => {
    const loop = await rig.startLoop({ logic: logicOf(broken) });
    for (const person of ['ana', 'ben']) await write(person, 'survey');
    await write('ana', 'bad');
    await write('ben', 'good');
    const events = await happened('conversation.completed');
    expect(events.filter(({ type }) => type === 'conversation.parked').map(({ subject }) => subject)).to.eql([
      keyOf('ana'),
    ]);
    expect(await stored(rig.broker, DEAD_LETTERS)).to.eql([]);
    await loop.close();
  });

  it('stays parked with what was kept on a new node, and goes on from there once it is resumed', async () => {
    const first = await rig.startLoop({ logic: logicOf(broken) });
    await write('ana', 'survey');
    const bad = await write('ana', 'bad');
    const [parked] = (await happened('conversation.parked')).filter(({ type }) => type === 'conversation.parked');
    expect(parked).to.deep.include({ causationid: bad });
    await write('ana', 'hm');
    await first.close();

    const second = await rig.startLoop({ logic: logicOf(survey), stateFolder: 'another-node' });
    await rig.state('conversation.resume-requested', keyOf('ana'), { conversation: parked?.correlationid });
    const events = await happened('conversation.completed');
    expect(events.at(-1)?.data).to.eql({ outcome: 'bad' });
    await second.close();
  });

  it('has the inputs that are too many put aside, whole', async () => {
    const loop = await rig.startLoop({ logic: logicOf(broken) });
    await write('ana', 'survey');
    for (let count = 0; count < MAX_KEPT_INPUTS + 2; count++) await write('ana', 'bad');
    await until('two are put aside', async () => (await stored(rig.broker, DEAD_LETTERS)).length === 2);
    const [letter] = await rig.operations('event.dead-lettered', 2);
    expect(letter?.data).to.include({ code: 'kept-inputs-full' });
    await loop.close();
  });

  it('is parked where more follows from its deadline than a record holds, and others go on', async () => {
    const sane = logicOf(survey);
    const large: LoopLogic = {
      ...sane,
      onDeadline: (key, deadline, state, now) => {
        return tooMuch(sane.onDeadline(key, deadline, state, now));
      },
    };
    const loop = await rig.startLoop({ logic: large });
    await write('ana', 'survey');
    const [started] = await happened('conversation.waiting');
    const message = `${started?.correlationid ?? ''}/m1`;
    await rig.state('message.sent', keyOf('ana'), { message, connector: 'webchat', to: 'webchat:ana' });
    await until('its clock runs', async () => (await deadlinesOnRecord()) > 0);
    rig.clock.advance(3_600_000);
    const [parked] = (await happened('conversation.parked')).filter(({ type }) => type === 'conversation.parked');
    expect(parked?.data).to.include({ code: 'record-too-large' });
    expect(parked?.correlationid).to.equal(started?.correlationid);
    const inputs = (await rig.journal()).flatMap((record) => (record.kind === 'step' ? [record.input] : []));
    expect(inputs.filter(({ isTooLarge }) => isTooLarge)).to.have.lengthOf(1);
    await write('ben', 'survey');
    await happened('conversation.waiting', 2);
    await loop.close();
    expect(await loop.ended).to.equal(undefined);
    expect(loop.stats.timersFired).to.equal(1);
  });

  it('ends where it is so large that not even its parking has room in a record, and its person goes on', async () => {
    const sane = logicOf(survey, essay);
    const sizeOf = (state: KeptState | undefined): number => JSON.stringify(state ?? null).length;
    const grown: LoopLogic = {
      ...sane,
      // As much as a record takes, and not what says that something is parked.
      onEvent: (event, before, now) => {
        const decision = sane.onEvent(event, before, now);
        const state = contactState(before);
        if ((event.data as { readonly text?: string }).text !== 'grow' || !state) return decision;
        const [first, second] = state.conversations;
        const withText = (length: number): ContactState => {
          const frames = second?.frames.map((frame) => ({ ...frame, vars: { text: 'x'.repeat(length) } })) ?? [];
          return { ...state, conversations: first && second ? [first, { ...second, frames }] : [] };
        };
        return { emissions: [], state: withText(RECORD_BYTES_MAX - 200 - sizeOf(withText(0))) };
      },
      onDeadline: (key, deadline, state, now) => {
        const decision = sane.onDeadline(key, deadline, state, now);
        return sizeOf(state) < RECORD_BYTES_MAX / 2 ? decision : tooMuch(decision);
      },
    };
    const loop = await rig.startLoop({ logic: grown });
    await write('ana', 'survey');
    const [waiting] = await happened('conversation.waiting');
    const message = `${waiting?.correlationid ?? ''}/m1`;
    await rig.state('message.sent', keyOf('ana'), { message, connector: 'webchat', to: 'webchat:ana' });
    await until('its clock runs', async () => (await deadlinesOnRecord()) > 0);
    await write('ana', 'essay');
    await happened('conversation.waiting', 2);
    await write('ana', 'grow');
    const isOnRecord = async (): Promise<boolean> =>
      (await rig.journal()).some(
        (one) => one.kind === 'step' && sizeOf(one.state ?? undefined) > RECORD_BYTES_MAX - 300,
      );
    await until('it has grown', isOnRecord);
    rig.clock.advance(3_600_000);
    const events = await happened('conversation.completed');
    const failed = events.filter(({ type }) => type === 'conversation.failed');
    expect(failed.map(({ data }) => (data as { readonly code: string }).code)).to.eql(['state-too-large']);
    expect(failed[0]?.correlationid).not.to.equal(waiting?.correlationid);
    expect(events.at(-1)).to.deep.include({ correlationid: waiting?.correlationid, data: { outcome: 'silent' } });
    await loop.close();
    expect(await loop.ended).to.equal(undefined);
  });

  it('does not end the ownership where a deadline stops it', async () => {
    const first = await rig.startLoop({ logic: logicOf(survey) });
    await write('ana', 'survey');
    const [started] = await happened('conversation.waiting');
    const message = `${started?.correlationid ?? ''}/m1`;
    await rig.state('message.sent', keyOf('ana'), { message, connector: 'webchat', to: 'webchat:ana' });
    await first.close();
    const second = await rig.startLoop({ logic: logicOf() });
    rig.clock.advance(2 * 3_600_000);
    await happened('conversation.parked');
    await write('ben', 'anything');
    await second.close();
    expect(await second.ended).to.equal(undefined);
  });
});
