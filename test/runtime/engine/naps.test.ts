import { join } from 'node:path';
import { expect } from 'chai';
import type { ConversationId, Millis } from '../../../channels/brands.ts';
import type { ContactState } from '../../../dsl/contact.ts';
import { JournalFold } from '../../../runtime/engine/journal-record.ts';
import type { LoopLogic } from '../../../runtime/engine/loop-logic.ts';
import { NapTable } from '../../../runtime/engine/nap-table.ts';
import type { OwnedPartition, Rest } from '../../../runtime/engine/owned-partition.ts';
import { until } from '../events/scene.ts';
import { intercepted } from './intercepted.ts';
import { JOURNAL, Rig, rememberingLogic } from './rig.ts';

const AFTER_MS = 60;

/** Each input leaves a deadline, so much later. */
function waiting(forMs: number): LoopLogic {
  return {
    ...rememberingLogic,
    onEvent: (event, state, now) => {
      const decision = rememberingLogic.onEvent(event, state, now);
      const id = `v-${event.subject ?? ''}` as ConversationId;
      const timers = [{ conversation: id, id: 'deadline', due: (now + forMs) as Millis }];
      const conversation = { ...({ id } as ContactState['conversations'][number]), timers };
      return { ...decision, state: decision.state && { ...decision.state, conversations: [conversation] } };
    },
  };
}

describe('a partition that has nothing to do', () => {
  let rig: Rig;
  let naps: NapTable;
  let rest: Rest;
  const owned: OwnedPartition[] = [];

  beforeEach(async () => {
    rig = await Rig.open();
    naps = new NapTable(join(rig.folder.path, 'naps'));
    rest = { afterMs: AFTER_MS, naps };
  });

  afterEach(async () => {
    await Promise.all(owned.splice(0).map((one) => one.close()));
    await naps.close();
    await rig.close();
  });

  const own = (more: Parameters<Rig['own']>[0] = {}): OwnedPartition => {
    const partition = rig.own({ rest, ...more });
    owned.push(partition);
    return partition;
  };
  const asleep = (partition: OwnedPartition): Promise<void> => until('it falls asleep', () => partition.isAsleep);
  const barriers = async (): Promise<number> =>
    (await rig.journal()).filter((record) => record.kind === 'barrier').length;

  it('is closed, stays its owner’s without a word, and answers the next message', async () => {
    const partition = own();
    const inputs = [await rig.say('a')];
    await rig.told(1);
    await asleep(partition);
    expect(partition.isOwned).to.equal(true);
    inputs.push(await rig.say('a'));
    expect(await rig.told(2)).to.eql(inputs);
    await asleep(partition);
    const fold = new JournalFold();
    const records = await rig.journal();
    expect(records.every((record) => fold.accept(record))).to.equal(true);
    expect(records.map((record) => (record.kind === 'step' ? record.input.type : record.kind))).to.eql([
      ...['barrier', 'ownership', 'message.received', 'asleep'],
      ...['barrier', 'message.received', 'asleep'],
    ]);
    expect(partition.stats.steps).to.equal(5);
  });

  it('is not opened as long as nothing was ever published', async () => {
    const partition = own();
    await asleep(partition);
    expect(await rig.journal()).to.eql([]);
    const input = await rig.say('a');
    expect(await rig.told(1)).to.eql([input]);
    await rig.operations('partition.acquired', 1);
  });

  it('opens for a deadline', async () => {
    const partition = own({ logic: waiting(60_000) });
    const input = await rig.say('a');
    await rig.told(1);
    await asleep(partition);
    rig.clock.advance(60_000);
    expect(await rig.told(2)).to.eql([input, 'deadline']);
  });

  it('stays open until all that it decided is written: before, nobody knows which deadline is near', async () => {
    let store: () => void = () => undefined;
    const stored = new Promise<void>((resolve) => (store = resolve));
    const slow = intercepted(rig.broker, JOURNAL, (message, send) =>
      message.payload.includes('"message.received"') ? stored.then(() => send(message)) : send(message),
    );
    const partition = own({ broker: slow });
    const inputs = [await rig.say('a')];
    await until('it is decided', () => partition.stats.steps === 2);
    // Time for it to look several times whether it is idle.
    for (let looks = 0; looks < 10; looks++) {
      rig.clock.advance(AFTER_MS);
      await new Promise(setImmediate);
    }
    inputs.push(await rig.say('a'));
    store();
    expect(await rig.told(2)).to.eql(inputs);
    expect(await barriers()).to.equal(1);
  });

  it('stays open while a deadline is near', async () => {
    const partition = own({ logic: waiting(450), rest: { ...rest, afterMs: 300 } });
    const input = await rig.say('a');
    expect(await rig.told(2)).to.eql([input, 'deadline']);
    expect(await barriers()).to.equal(1);
    await asleep(partition);
  });

  it('is not opened by a restart either', async () => {
    const first = own();
    const inputs = [await rig.say('a')];
    await rig.told(1);
    await asleep(first);
    await first.close();
    const second = own();
    await asleep(second);
    expect(await barriers()).to.equal(1);
    inputs.push(await rig.say('a'));
    expect(await rig.told(2)).to.eql(inputs);
    await rig.operations('partition.acquired', 2);
  });

  it('is opened by a restart where somebody else owned it meanwhile, or on another node', async () => {
    const first = own();
    await rig.say('a');
    await rig.told(1);
    await asleep(first);
    await first.close();
    await (await rig.startLoop({ stateFolder: 'another-node' })).close();
    const second = own();
    await until('it is opened', async () => (await barriers()) === 3);
    await asleep(second);
    await second.close();
    const elsewhere = new NapTable(join(rig.folder.path, 'other-naps'));
    const third = own({ rest: { ...rest, naps: elsewhere }, stateFolder: 'third-node' });
    await until('it is opened', async () => (await barriers()) === 4);
    await third.close();
    await elsewhere.close();
  });

  it('is left to whoever took it meanwhile, for as long as they hold it', async () => {
    let isHeldElsewhere = true;
    let stoodBack = 0;
    const standBack = async (): Promise<void> => {
      stoodBack += 1;
      await until('it is given up', () => !isHeldElsewhere);
    };
    const partition = own({ isHeldElsewhere: () => isHeldElsewhere, standBack });
    await asleep(partition);
    const other = await rig.startLoop({ stateFolder: 'another-node' });
    const inputs = [await rig.say('a')];
    expect(await rig.told(1)).to.eql(inputs);
    await until('it stands back', () => stoodBack === 1);
    expect(partition.isOwned).to.equal(false);
    await other.close();
    isHeldElsewhere = false;
    inputs.push(await rig.say('a'));
    expect(await rig.told(2)).to.eql(inputs);
    expect(other.epoch).to.equal(1);
  });
});
