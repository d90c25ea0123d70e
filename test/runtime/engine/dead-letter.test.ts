import { expect } from 'chai';
import { BrokerError } from '../../../runtime/broker/errors.ts';
import type { Message } from '../../../runtime/broker/port.ts';
import type { MessageId } from '../../../runtime/broker/message-id.ts';
import type { LoopLogic } from '../../../runtime/engine/loop-logic.ts';
import { openDeadLetterTopic, redriveOf } from '../../../runtime/events/dead-letters.ts';
import { stored, until } from '../events/scene.ts';
import { intercepted } from './intercepted.ts';
import { DEAD_LETTERS, MESSAGING, Rig, rememberingLogic, TENANT } from './rig.ts';

interface Statement {
  readonly topic: string;
  readonly messageId: string;
  readonly code: string;
  readonly deadLetter?: string;
}

describe('an input that the engine cannot process', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.open();
  });
  afterEach(() => rig.close());

  const letters = (): Promise<readonly Message[]> => stored(rig.broker, DEAD_LETTERS);
  const statements = async (count: number): Promise<Statement[]> =>
    (await rig.operations('event.dead-lettered', count)).map(({ data }) => data as Statement);

  it('is kept whole on the dead letter topic, as it can be sent again, and stated with its place there', async () => {
    const loop = await rig.startLoop();
    await rig.sayGarbage();
    await rig.say('a', 'throw');
    const good = await rig.say('a');
    expect(await rig.told(1)).to.eql([good]);
    const stated = await statements(2);
    const [garbage, throwing] = await letters();
    expect(stated.map(({ code }) => code)).to.eql(['event-undecodable', 'input-failed']);
    expect(stated.map(({ deadLetter }) => deadLetter)).to.eql([garbage?.id, throwing?.id]);
    const originals = await stored(rig.broker, MESSAGING);
    expect(stated.map(({ messageId }) => messageId)).to.eql(originals.slice(0, 2).map(({ id }) => id));
    for (const [index, letter] of (await letters()).entries()) {
      const { payload, key, properties } = originals[index] ?? {};
      const redriven = { ...properties, redriven_for: '/engine/acme/0' };
      const message = { payload, properties: redriven, ...(key === undefined ? {} : { key }) };
      expect(redriveOf(letter)).to.deep.equal({ topic: MESSAGING, message });
    }
    await loop.close();
  });

  it('holds up only its own feed until it is kept, and is kept after a crash before that', async () => {
    const held = intercepted(rig.broker, DEAD_LETTERS, () => new Promise(() => undefined));
    const first = await rig.startLoop({ broker: held });
    await rig.say('a', 'throw');
    const behind = await rig.say('b');
    await until('the input was tried', () => rig.logged.includes('input dead-lettered'));
    // Its record carries the marks of all sources: it must not say that the held input was seen.
    const other = await rig.answerData('c');
    expect(await rig.told(1)).to.eql([other]);
    await first.close();
    expect(await letters()).to.eql([]);

    const second = await rig.startLoop({ stateFolder: 'another-node' });
    const [statement] = await statements(1);
    expect((await letters()).map(({ id }) => id)).to.eql([statement?.deadLetter]);
    expect(await rig.told(2)).to.eql([other, behind]);
    await second.close();
  });

  it('is tried to be kept for as long as the topic does not take it, and says so once', async () => {
    let attempts = 0;
    const failing = intercepted(rig.broker, DEAD_LETTERS, (message, send) => {
      attempts += 1;
      return attempts < 3
        ? Promise.reject(new BrokerError('broker-disconnected', 'broken by the test'))
        : send(message);
    });
    const loop = await rig.startLoop({ broker: failing });
    await rig.say('a', 'throw');
    const good = await rig.say('a');
    expect(await rig.told(1)).to.eql([good]);
    expect(await letters()).to.have.length(1);
    expect(await statements(1)).to.have.length(1);
    expect(rig.logged).to.eql(['input dead-lettered', 'a dead letter cannot be written: trying until it can']);
    await loop.close();
  });

  it('is passed over where it is too large to be kept, and its place on its own topic stated', async () => {
    const tight = intercepted(rig.broker, DEAD_LETTERS, () =>
      Promise.reject(new BrokerError('message-too-large', 'too large, says the test')),
    );
    const loop = await rig.startLoop({ broker: tight });
    await rig.sayGarbage();
    const good = await rig.say('a');
    expect(await rig.told(1)).to.eql([good]);
    const [statement] = await statements(1);
    const [garbage] = await stored(rig.broker, MESSAGING);
    expect(statement).to.include({ topic: MESSAGING, messageId: garbage?.id });
    expect(statement).not.to.have.property('deadLetter');
    await loop.close();
  });

  it('is put aside where no state can be kept under the name that it bears', async () => {
    const loop = await rig.startLoop();
    await rig.say('a'.repeat(3000));
    await rig.say('');
    const good = await rig.say('a');
    expect(await rig.told(1)).to.eql([good]);
    expect((await statements(2)).map(({ code }) => code)).to.eql(['input-failed', 'input-failed']);
    await loop.close();
  });

  it('is put aside where what follows from it has no room in a record, and is not marked as seen before', async () => {
    const event = 'x'.repeat(200_000);
    const targeting: LoopLogic = {
      ...rememberingLogic,
      onEvent: (input, state, now) => {
        const decision = rememberingLogic.onEvent(input, state, now);
        const [emission] = decision.emissions;
        const { text } = input.data as { text: string };
        if (!emission || text === 'hello') return decision;
        return { ...decision, emissions: Array.from({ length: 30 }, () => ({ ...emission, data: { event } })) };
      },
    };
    const held = intercepted(rig.broker, DEAD_LETTERS, () => new Promise(() => undefined));
    const first = await rig.startLoop({ broker: held, logic: targeting });
    await rig.say('a', 'large');
    await until('it was tried', () => rig.logged.includes('input dead-lettered'));
    const other = await rig.answerData('c');
    expect(await rig.told(1)).to.eql([other]);
    await first.close();

    const second = await rig.startLoop({ logic: targeting });
    const good = await rig.say('a');
    expect(await rig.told(2)).to.eql([other, good]);
    const [statement] = await statements(1);
    expect(statement?.code).to.equal('record-too-large');
    expect((await letters()).map(({ id }) => id)).to.eql([statement?.deadLetter]);
    await second.close();
  });
});

describe('dead letters that are put aside at the same time', () => {
  it('are each kept, though one of them is too large', async () => {
    const rig = await Rig.open();
    const topic = openDeadLetterTopic(rig.broker, TENANT);
    const message = (bytes: number): Message => ({
      ...{
        id: '1:0' as MessageId,
        topic: MESSAGING,
        key: undefined,
        properties: {},
        publishTimeMs: 0,
        redeliveryCount: 0,
      },
      payload: Buffer.alloc(bytes),
    });
    const put = (bytes: number): Promise<unknown> => topic.put(message(bytes), '/engine/acme/0', new Error('a test'));
    const outcomes = await Promise.allSettled([put(6 * 1024 * 1024), put(10), put(20)]);
    expect(outcomes.map(({ status }) => status)).to.eql(['rejected', 'fulfilled', 'fulfilled']);
    expect((await stored(rig.broker, DEAD_LETTERS)).map(({ payload }) => payload.length).sort()).to.eql([10, 20]);
    expect(topic.count).to.equal(3);
    await topic.close();
    await rig.close();
  });
});
