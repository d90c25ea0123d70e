import { expect } from 'chai';
import type { Broker } from '../../../runtime/broker/port.ts';
import { contactState } from '../../../dsl/correlation.ts';
import { channelTopic, partitionTopic } from '../../../channels/topics.ts';
import type { LoopLogic } from '../../../runtime/engine/loop-logic.ts';
import { stored, until } from '../events/scene.ts';
import { intercepted } from './intercepted.ts';
import { CHECKPOINTS, JOURNAL, Rig, rememberingLogic, TENANT } from './rig.ts';

/** As Pulsar does, it takes a position in a ledger that is gone for one before all that there is. */
function takingAnyPosition(broker: Broker): Broker {
  const from = async (options: Parameters<Broker['createReader']>[0]): ReturnType<Broker['createReader']> => {
    try {
      return await broker.createReader(options);
    } catch {
      return broker.createReader({ ...options, from: 'Earliest' });
    }
  };
  return { ...intercepted(broker, undefined, (message, send) => send(message)), createReader: from };
}

describe('a journal that was lost and made anew', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.open();
  });
  afterEach(() => rig.close());

  /** Remembers what was known of each contact before its newest input. */
  function spying(): { readonly logic: LoopLogic; readonly known: Map<string, readonly string[]> } {
    const known = new Map<string, readonly string[]>();
    const onEvent: LoopLogic['onEvent'] = (event, state, now) => {
      known.set(event.subject ?? '', contactState(state)?.seen ?? []);
      return rememberingLogic.onEvent(event, state, now);
    };
    return { logic: { ...rememberingLogic, onEvent }, known };
  }

  /** What the journal says of itself, and of those who wrote it. */
  const generations = async (): Promise<readonly string[]> => {
    const records = await rig.journal();
    return [...new Set(records.map((record) => (record.kind === 'step' ? record.source : record.generation)))];
  };

  for (const [driver, on] of [
    ['where the broker knows that the position is of another', (broker: Broker) => broker],
    ['where it takes any position', takingAnyPosition],
  ] as const) {
    it(`is not taken for the one that a local store belongs to, ${driver}`, async () => {
      const first = await rig.startLoop({ stateFolder: 'old-node' });
      for (const contact of ['a', 'a', 'b']) await rig.say(contact);
      await rig.told(3);
      await first.close();
      await rig.loseTopics();
      const second = await rig.startLoop({ stateFolder: 'new-node' });
      const inputs = [await rig.say('a')];
      await rig.told(1);
      await second.close();
      const { logic, known } = spying();
      const third = await rig.startLoop({ stateFolder: 'old-node', logic, broker: on(rig.broker) });
      expect(third.epoch).to.equal(2);
      inputs.push(await rig.say('a'), await rig.say('b'));
      expect(await rig.told(3)).to.eql(inputs);
      expect(Object.fromEntries(known)).to.eql({ a: inputs.slice(0, 1), b: [] });
      await third.close();
      expect(await generations()).to.eql(['g2', '/engine/acme/0/g2']);
    });
  }

  it('is not taken for it either where only what belongs to no beginning of it is left to be read', async () => {
    const first = await rig.startLoop({ stateFolder: 'old-node' });
    await rig.say('a');
    await rig.told(1);
    await first.close();
    const end = (await rig.journal()).at(-1)?.sequence ?? 0;
    await rig.loseTopics();
    // A record of the epoch and sequence that would come next, were it the same journal.
    const producer = await rig.broker.createProducer({ topic: JOURNAL });
    const follower = {
      ...{ kind: 'step', epoch: 1, sequence: end + 1, now: 0, input: { id: 'i', type: 't' }, published: 0 },
      ...{ positions: {}, marks: {}, source: '/engine/acme/0/other', cause: 'i', topics: [], outputs: [] },
    };
    await producer.send({ payload: Buffer.from(JSON.stringify(follower)) });
    await producer.close();
    const error: unknown = await rig
      .startLoop({ stateFolder: 'old-node', broker: takingAnyPosition(rig.broker) })
      .catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'journal-gap');
  });

  it('goes on from the checkpoint where that is left, under a source that nobody has heard', async () => {
    const first = await rig.startLoop({ checkpointRecords: 4 });
    for (let count = 1; count <= 4; count++) {
      await rig.say('a');
      await rig.told(count);
    }
    await until('a checkpoint', async () =>
      (await stored(rig.broker, CHECKPOINTS)).some(({ key }) => key === '$marker'),
    );
    await first.close();
    const states = await stored(rig.broker, CHECKPOINTS);
    await rig.loseTopics();
    const producer = await rig.broker.createProducer({ topic: CHECKPOINTS });
    for (const { key, payload } of states) await producer.send({ payload, ...(key === undefined ? {} : { key }) });
    await producer.close();
    const { logic, known } = spying();
    const broker = takingAnyPosition(rig.broker);
    const second = await rig.startLoop({ stateFolder: 'another-node', logic, broker });
    const input = await rig.say('a');
    expect(await rig.told(1)).to.eql([input]);
    expect(known.get('a')).to.have.length.at.least(2);
    await second.close();
    expect(await generations()).to.eql(['g2', '/engine/acme/0/g2']);
    // And so does whoever comes next.
    const third = await rig.startLoop({ stateFolder: 'third-node', broker });
    const outputs = await stored(rig.broker, partitionTopic(channelTopic(TENANT, 'conversations'), 0));
    expect(outputs).to.have.lengthOf(1);
    expect(third.epoch).to.equal(second.epoch + 1);
    await third.close();
  });
});
