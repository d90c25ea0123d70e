import { expect } from 'chai';
import type { ConversationId, Millis } from '../../../channels/brands.ts';
import type { ContactState } from '../../../dsl/contact.ts';
import { contactState } from '../../../dsl/correlation.ts';
import type { MessageId } from '../../../runtime/broker/message-id.ts';
import type { Broker } from '../../../runtime/broker/port.ts';
import { JournalFold, type Basis } from '../../../runtime/engine/journal-record.ts';
import type { LoopLogic } from '../../../runtime/engine/loop-logic.ts';
import { until } from '../events/scene.ts';
import { standInAdmin } from '../../contract/stand-in/admin.ts';
import { intercepted } from './intercepted.ts';
import { DEAD_LETTERS, JOURNAL, Rig, rememberingLogic } from './rig.ts';

/** A new contact has a minute. */
const timed: LoopLogic = {
  ...rememberingLogic,
  onEvent: (event, state, now) => {
    const decision = rememberingLogic.onEvent(event, state, now);
    // One of its own for each contact: deadlines are told apart by it.
    const id = `v-${event.subject ?? ''}` as ConversationId;
    const conversation = {
      ...({ id } as ContactState['conversations'][number]),
      timers: [{ conversation: id, id: 'deadline', due: (now + 60_000) as Millis }],
    };
    const next = decision.state && { ...decision.state, conversations: state ? [] : [conversation] };
    return { ...decision, state: next };
  },
};

describe('a partition loop', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.open();
  });
  afterEach(() => rig.close());

  it('answers inputs in order, and writes one record per step', async () => {
    const loop = await rig.startLoop();
    const inputs = await Promise.all(['a', 'b', 'a', 'a'].map((contact) => rig.say(contact)));
    expect(await rig.told(4)).to.eql(inputs);
    await loop.close();
    const records = await rig.journal();
    const fold = new JournalFold();
    expect(records.every((record) => fold.accept(record))).to.equal(true);
    expect(records.map((record) => (record.kind === 'step' ? record.input.type : record.kind))).to.eql([
      'barrier',
      'ownership',
      ...inputs.map(() => 'message.received'),
      'ownership',
    ]);
  });

  it('says what its decisions rest on with its first record, and where that has changed', async () => {
    let basis: Basis = { partitions: 1 };
    const logic = { ...rememberingLogic, basis: () => basis };
    const said = async (): Promise<unknown[]> =>
      (await rig.journal()).flatMap((record) => (record.kind === 'step' ? [record.basis] : []));
    const first = await rig.startLoop({ logic });
    await rig.say('a');
    await rig.told(1);
    basis = { definitions: '1:0' as MessageId, partitions: 1 };
    await rig.say('a');
    await rig.told(2);
    await first.close();
    expect(await said()).to.eql([{ partitions: 1 }, undefined, basis, undefined]);
    await (await rig.startLoop({ logic })).close();
    expect((await said()).slice(4)).to.eql([basis, undefined]);
  });

  it('decides nothing about what is told again: it was decided when it happened', async () => {
    const loop = await rig.startLoop();
    await rig.sayAgain('a', 'r-1');
    const input = await rig.say('a');
    expect(await rig.told(1)).to.eql([input]);
    await loop.close();
    const inputs = (await rig.journal()).map((record) => (record.kind === 'step' ? record.input.id : ''));
    expect(inputs.filter((id) => id.startsWith('in-'))).to.eql([input]);
  });

  it('gives its partition up so that the next owner has nothing to publish again but that', async () => {
    const first = await rig.startLoop();
    await Promise.all(['a', 'b', 'c'].map((contact) => rig.say(contact)));
    await rig.told(3);
    await first.close();
    const [released] = await rig.operations('partition.released', 1);
    expect(released?.data).to.eql({ partition: 0, epoch: 1, worker: 'test', reason: 'given up' });
    const second = await rig.startLoop({ stateFolder: 'another-node' });
    expect(second.stats.outputsRepublished).to.equal(1);
    await second.close();
  });

  it('goes on after a restart where it was, neither losing nor repeating an input', async () => {
    const first = await rig.startLoop();
    const inputs = [await rig.say('a'), await rig.say('b')];
    await rig.told(2);
    await first.close();
    inputs.push(await rig.say('a'));
    const second = await rig.startLoop();
    inputs.push(await rig.say('b'));
    expect(await rig.told(4)).to.eql(inputs);
    await second.close();
  });

  it('rebuilds every state from the journal alone when the local store is gone', async () => {
    const first = await rig.startLoop();
    const before = [await rig.say('a'), await rig.say('b'), await rig.say('a')];
    await rig.told(3);
    await first.close();
    let rebuilt: ContactState | undefined;
    const spying: LoopLogic = {
      ...rememberingLogic,
      onEvent: (event, state, now) => {
        rebuilt = contactState(state);
        return rememberingLogic.onEvent(event, state, now);
      },
    };
    const second = await rig.startLoop({ stateFolder: 'another-node', logic: spying });
    await rig.say('a');
    await rig.told(4);
    expect(rebuilt?.seen).to.eql([before[0], before[2]]);
    await second.close();
  });

  it('drops what its source has stated before', async () => {
    const loop = await rig.startLoop();
    const first = await rig.say('a', 'hello', 1);
    await rig.say('a', 'hello', 1);
    const second = await rig.say('a', 'hello', 2);
    expect(await rig.told(2)).to.eql([first, second]);
    expect(loop.stats.duplicatesDropped).to.equal(1);
    await loop.close();
  });

  it('says with each record which sources it heard since the one before, and on another node knows all of them', async () => {
    const first = await rig.startLoop();
    const inputs = [await rig.say('a')];
    await rig.told(1);
    inputs.push(await rig.answerData('a'));
    await rig.told(2);
    await first.close();
    const second = await rig.startLoop({ stateFolder: 'another-node' });
    await rig.say('a', 'hello', 1);
    inputs.push(await rig.say('b'));
    expect(await rig.told(3)).to.eql(inputs);
    expect(second.stats.duplicatesDropped).to.equal(1);
    await second.close();
    const heard = (await rig.journal()).flatMap((record) => (record.kind === 'step' ? [record.marks] : []));
    expect(heard).to.eql([
      ...[{}, { '/test/messaging': 1 }, { '/test/data': 2 }, {}],
      ...[{}, { '/test/messaging': 3 }, {}],
    ]);
  });

  it('ends when another owner takes over, which goes on without a gap or a repetition', async () => {
    const first = await rig.startLoop();
    const inputs = [await rig.say('a')];
    await rig.told(1);
    const second = await rig.startLoop({ stateFolder: 'another-node' });
    inputs.push(await rig.say('a'), await rig.say('b'));
    const error = await first.ended;
    expect(error).to.have.property('code', 'producer-fenced');
    await first.close();
    expect(await rig.told(3)).to.eql(inputs);
    await second.close();
  });

  it('puts an input that cannot be processed on record and goes on with the next', async () => {
    const loop = await rig.startLoop();
    await rig.sayGarbage();
    await rig.say('a', 'throw');
    const good = await rig.say('a');
    expect(await rig.told(1)).to.eql([good]);
    const put = await rig.operations('event.dead-lettered', 2);
    expect(put.map(({ data }) => (data as { code: string }).code)).to.eql(['event-undecodable', 'input-failed']);
    await loop.close();
  });

  describe('that says that it gives its partition up', () => {
    /** Calls `then` as the record that says so is on its way. */
    const asItIsReleased = (broker: Broker, then: () => void): Broker =>
      intercepted(broker, JOURNAL, (message, send) => {
        if (message.payload.includes('"partition.released"')) then();
        return send(message);
      });
    const lastOnRecord = async (): Promise<unknown> => {
      const last = (await rig.journal()).at(-1);
      return last?.kind === 'step' ? last.outputs.map(({ type }) => type) : last?.kind;
    };

    it('fires no deadline after that', async () => {
      const first = await rig.startLoop({ logic: timed });
      await rig.say('a');
      await rig.told(1);
      await first.close();
      const broker = asItIsReleased(rig.broker, () => {
        rig.clock.advance(60_000);
      });
      const second = await rig.startLoop({ logic: timed, broker });
      await second.close();
      expect(second.stats.timersFired).to.equal(0);
      expect(await lastOnRecord()).to.eql(['partition.released']);
    });

    it('decides no input after that which has waited until then', async () => {
      let keep: () => void = () => undefined;
      const kept = new Promise<void>((resolve) => (keep = resolve));
      const held = intercepted(rig.broker, DEAD_LETTERS, (message, send) => kept.then(() => send(message)));
      const first = await rig.startLoop({ broker: asItIsReleased(held, keep) });
      await rig.say('a', 'throw');
      await until('the input is tried', () => rig.logged.includes('input dead-lettered'));
      await first.close();
      expect(await lastOnRecord()).to.eql(['partition.released']);
      const second = await rig.startLoop();
      expect(await rig.operations('event.dead-lettered', 1)).to.have.lengthOf(1);
      await second.close();
    });
  });

  it('fires a deadline once, after every input that was published before it', async () => {
    const loop = await rig.startLoop({ logic: timed });
    const inputs = [await rig.say('a'), await rig.say('b')];
    await rig.told(2);
    await loop.close();
    // While the loop was down: contact b answered in time, contact a did not.
    inputs.push(await rig.say('b'));
    rig.clock.advance(60_001);
    const again = await rig.startLoop({ logic: timed });
    expect(await rig.told(4)).to.eql([...inputs, 'deadline']);
    expect(again.stats.timersFired).to.equal(1);
    await again.close();
  });

  it('fires none before it is due, though the clock goes back once it was', async () => {
    const first = await rig.startLoop({ logic: timed });
    await rig.say('a');
    await rig.told(1);
    await first.close();
    let isBack = false;
    const lastMessageId: Broker['admin']['lastMessageId'] = async (topic) => {
      const last = await rig.broker.admin.lastMessageId(topic);
      if (isDue && !isBack) rig.clock.advance(-30_000);
      isBack ||= isDue;
      return last;
    };
    let isDue = false;
    const admin = { ...standInAdmin(rig.broker), lastMessageId };
    const broker = { ...intercepted(rig.broker, undefined, (message, send) => send(message)), admin };
    const second = await rig.startLoop({ logic: timed, broker });
    isDue = true;
    rig.clock.advance(60_001);
    await rig.told(2);
    await second.close();
    const steps = (await rig.journal()).filter((record) => record.kind === 'step');
    const [asked, fired] = ['message.received', 'timer'].map((type) => steps.find(({ input }) => input.type === type));
    expect(isBack).to.equal(true);
    expect((fired?.now ?? 0) - (asked?.now ?? 0)).to.be.at.least(60_000);
  });
});
