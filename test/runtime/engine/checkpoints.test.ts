import { join } from 'node:path';
import { expect } from 'chai';
import type { ContactKey } from '../../../channels/brands.ts';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import type { ContactState } from '../../../dsl/contact.ts';
import { BrokerError } from '../../../runtime/broker/errors.ts';
import type { Broker } from '../../../runtime/broker/port.ts';
import { CHECKPOINT_SUBSCRIPTION, STORE_SUBSCRIPTION } from '../../../runtime/broker/subscriptions.ts';
import type { Vector } from '../../../runtime/engine/journal-record.ts';
import type { LoopLogic } from '../../../runtime/engine/loop-logic.ts';
import type { PartitionLoop } from '../../../runtime/engine/partition-loop.ts';
import { MARKER_KEY, type Marker, type StoredContact } from '../../../runtime/engine/restore-checkpoint.ts';
import { contactState } from '../../../dsl/correlation.ts';
import { StateStore } from '../../../runtime/engine/state-store.ts';
import { stored, until } from '../events/scene.ts';
import { intercepted } from './intercepted.ts';
import { CHECKPOINTS, JOURNAL, Rig, rememberingLogic } from './rig.ts';

const EVERY_RECORDS = 5;
const DAY_MS = 24 * 60 * 60 * 1000;

/** As the remembering logic; the text `forget` makes it forget the contact. */
const forgetful: LoopLogic = {
  ...rememberingLogic,
  onEvent: (event, state, now) => {
    const decision = rememberingLogic.onEvent(event, state, now);
    return (event.data as { text?: string }).text === 'forget' ? { ...decision, state: undefined } : decision;
  },
};

interface Contents extends Vector {
  readonly states: Readonly<Record<string, readonly string[]>>;
}

describe('checkpoints', () => {
  let rig: Rig;
  let told: number;
  beforeEach(async () => {
    rig = await Rig.open();
    told = 0;
  });
  afterEach(() => rig.close());

  const start = (stateFolder: string, broker: Broker = rig.broker): Promise<PartitionLoop> =>
    rig.startLoop({ stateFolder, broker, logic: forgetful, checkpointRecords: EVERY_RECORDS });

  /** Each input told of by the loop before the next one: as many steps as inputs. */
  const say = async (...inputs: readonly string[]): Promise<void> => {
    for (const input of inputs) {
      const [contact = '', text] = input.split(' ');
      await rig.say(contact, text);
      await rig.told(++told);
    }
  };

  const onTopic = async (): Promise<{ key: string; value: Marker | StoredContact }[]> =>
    (await stored(rig.broker, CHECKPOINTS)).map(({ key = '', payload }) => ({
      key,
      value: JSON.parse(payload.toString()) as Marker | StoredContact,
    }));

  const markers = async (): Promise<Marker[]> =>
    (await onTopic()).flatMap(({ key, value }) => (key === MARKER_KEY ? [value as Marker] : []));

  /** Waits until the newest marker covers the journal's end but for less than an interval, and it is released. */
  const checkpointed = async (): Promise<void> => {
    const newest = (await rig.journal()).at(-1)?.sequence ?? 0;
    await until('a complete checkpoint', async () => {
      const last = Math.max(...(await markers()).map(({ applied }) => applied.sequence));
      const { backlog } = await rig.broker.admin.stats(JOURNAL);
      return newest - last < EVERY_RECORDS && (backlog[CHECKPOINT_SUBSCRIPTION] ?? 0) < 2 * EVERY_RECORDS;
    });
  };

  /** Nothing that may be deleted is still there. */
  const trimmed = async (): Promise<void> => {
    const sink = await rig.broker.subscribe({ topic: JOURNAL, subscription: STORE_SUBSCRIPTION, type: 'Exclusive' });
    const last = await rig.broker.admin.lastMessageId(JOURNAL);
    if (last !== undefined) await sink.acknowledgeCumulative(last);
    await sink.close();
    rig.clock.advance(2 * DAY_MS);
    await rig.broker.trim();
  };

  const contentsOf = async (stateFolder: string): Promise<Contents> => {
    const store = new StateStore(join(rig.folder.path, stateFolder), PLAIN_CODEC);
    const contacts = store.contactsAfter(undefined, 1000);
    const states = Object.fromEntries(contacts.map((key) => [key, contactState(store.committed(key))?.seen ?? []]));
    const { positions = {}, marks = {} } = store.checkpoint() ?? {};
    await store.close();
    return { states, positions, marks };
  };

  /** Restores on a node that has nothing, and compares with the node that had everything. */
  const expectRestored = async (before: Contents, stateFolder: string): Promise<PartitionLoop> => {
    const loop = await start(stateFolder);
    await loop.close();
    expect(await contentsOf(stateFolder)).to.eql(before);
    return loop;
  };

  it('bring a new node to the same states and positions once the journal is trimmed', async () => {
    const first = await start('first');
    await rig.answerData('a');
    await rig.told(++told);
    await say('b', 'c', 'd', 'd forget', 'a', 'b', 'c forget', 'e');
    await checkpointed();
    await say('a', 'f');
    await first.close();
    const before = await contentsOf('first');
    expect(Object.keys(before.states), 'who is not forgotten').to.eql(['a', 'b', 'e', 'f']);
    expect(before.marks, 'a source that no record in the journal names any more').to.include({ '/test/data': 1 });
    await trimmed();
    const [oldest] = await rig.journal();
    expect(oldest?.sequence, 'the oldest record that is left').to.be.greaterThan(EVERY_RECORDS);
    const second = await expectRestored(before, 'second');
    expect(second.stats.recordsRecovered).to.be.lessThan(3 * EVERY_RECORDS);
  });

  it('do no harm where one broke off before its marker, even with states that are newer', async () => {
    const first = await start('first');
    await say('a', 'b', 'c', 'b forget', 'a');
    await checkpointed();
    await first.close();
    const torn = await start('first', withoutMarkers(rig.broker));
    const inputs = ['a', 'c forget', 'd', 'a', 'b', 'd'].map((input) => input.split(' '));
    for (const [contact = '', text] of inputs) await rig.say(contact, text);
    told += inputs.length;
    const error = await torn.ended;
    expect(error).to.have.property('code', 'broker-disconnected');
    await torn.close();
    const third = await rig.startLoop({ stateFolder: 'first', logic: forgetful });
    await say('e');
    await third.close();
    const before = await contentsOf('first');
    await trimmed();
    const newest = (await markers()).at(-1)?.applied.sequence ?? 0;
    const newerStates = (await onTopic()).filter(
      ({ key, value }) => key !== MARKER_KEY && (value as StoredContact).sequence > newest,
    );
    expect(newerStates, 'states of the checkpoint that broke off').not.to.eql([]);
    await expectRestored(before, 'second');
  });

  it('contain what changed under earlier owners that never came to a checkpoint', async () => {
    // Each owner ends before it has written one: what it changed, the next ones only know from the journal.
    for (const contact of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']) {
      const owner = await start('first');
      await say(contact);
      await owner.close();
    }
    const last = await start('first');
    await say('k', 'l');
    await checkpointed();
    await last.close();
    const before = await contentsOf('first');
    expect(Object.keys(before.states)).to.have.length(12);
    await trimmed();
    await expectRestored(before, 'second');
  });

  it('count by record, not by their order on the topic, where a superseded owner writes late', async () => {
    const first = await start('first');
    await say('a', 'b', 'a', 'b', 'c');
    await checkpointed();
    await first.close();
    const second = await start('first');
    await say('a', 'b forget', 'a', 'd', 'e', 'a');
    await checkpointed();
    await second.close();
    const late = await rig.broker.createProducer({ topic: CHECKPOINTS });
    const state: ContactState = { key: 'b' as ContactKey, addresses: [], conversations: [], seen: ['late'] };
    for (const key of ['a', 'b']) {
      const value: StoredContact = { epoch: 1, sequence: 6, state: { ...state, key: key as ContactKey } };
      await late.send({ key, payload: Buffer.from(JSON.stringify(value)) });
    }
    const [oldest] = await markers();
    if (oldest) await late.send({ key: MARKER_KEY, payload: Buffer.from(JSON.stringify(oldest)) });
    await late.close();
    const before = await contentsOf('first');
    await trimmed();
    await expectRestored(before, 'second');
  });

  it('bring a loop without states, such as the router, to its positions as well', async () => {
    const stateless: LoopLogic = {
      ...rememberingLogic,
      keyOf: () => undefined,
      onEvent: (event) => ({
        state: undefined,
        emissions: [{ to: 'conversations', type: 'told', data: { seen: event.id }, subject: 'a' as ContactKey }],
      }),
    };
    const options = { logic: stateless, checkpointRecords: EVERY_RECORDS };
    const first = await rig.startLoop({ ...options, stateFolder: 'first' });
    await say('a', 'a', 'a', 'a', 'a', 'a');
    await checkpointed();
    await first.close();
    await trimmed();
    const second = await rig.startLoop({ ...options, stateFolder: 'second' });
    await say('a');
    expect(await rig.told(told), 'in order, none twice').to.have.length(told);
    expect(second.stats.duplicatesDropped).to.equal(0);
    await second.close();
  });

  it('leave little to read for the next owner when a partition is given up', async () => {
    const first = await rig.startLoop({ stateFolder: 'first' });
    const inputs = Array.from({ length: 2_100 }, (_, index) => rig.say(`contact-${index % 50}`));
    await Promise.all(inputs);
    await rig.told(inputs.length);
    await first.close();
    const second = await rig.startLoop({ stateFolder: 'second' });
    expect(second.stats.recordsRecovered, 'the barrier, and what the checkpoint itself came before').to.be.at.most(2);
    await second.close();
  });

  it('let the broker delete what is superseded, so that the topic does not grow with time', async () => {
    const loop = await start('first');
    const sizes: number[] = [];
    for (let round = 0; round < 20; round++) {
      await say('a', 'b', 'c', 'a', 'b', 'c');
      await checkpointed();
      await trimmed();
      sizes.push((await onTopic()).length);
    }
    await loop.close();
    // Three contacts and a marker: a full checkpoint, twice as much after it, and that again until the next is written.
    for (const size of sizes) expect(size, `messages left after each round: ${String(sizes)}`).to.be.at.most(24);
    const before = await contentsOf('first');
    await expectRestored(before, 'second');
  }).timeout(30_000);
});

/** A broker on which no checkpoint comes to its end: the connection breaks under its marker. */
function withoutMarkers(broker: Broker): Broker {
  return intercepted(broker, CHECKPOINTS, (message, send) =>
    message.key === MARKER_KEY
      ? Promise.reject(new BrokerError('broker-disconnected', 'the test broke the connection'))
      : send(message),
  );
}
