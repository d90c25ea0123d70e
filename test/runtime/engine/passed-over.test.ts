import { expect } from 'chai';
import type { LoopLogic } from '../../../runtime/engine/loop-logic.ts';
import { PASSED_OVER_MAX, PassedOver } from '../../../runtime/engine/passed-over.ts';
import { until } from '../../connectors/until.ts';
import { MESSAGING, Rig, rememberingLogic } from './rig.ts';

/** Of the loop's inputs, as the edge counts them. */
const waiting = async (rig: Rig): Promise<number> => (await rig.broker.admin.stats(MESSAGING)).backlog['engine'] ?? 0;

const typesOf = async (rig: Rig): Promise<string[]> =>
  (await rig.journal()).map((record) => (record.kind === 'step' ? record.input.type : record.kind));

describe('what a loop passes over', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.open();
  });
  afterEach(() => rig.close());

  const indifferent: LoopLogic = { ...rememberingLogic, onEvent: (_, state) => ({ state, emissions: [] }) };

  it('is released, although it leaves no record of its own: types that do not concern it', async () => {
    const loop = await rig.startLoop();
    await Promise.all(Array.from({ length: 2 * PASSED_OVER_MAX + 5 }, () => rig.state('message.requested', 'a', {})));
    await until('release', async () => (await waiting(rig)) < PASSED_OVER_MAX);
    expect(await typesOf(rig)).to.eql(['barrier', 'ownership', 'positions', 'positions']);
    await loop.close();
  });

  it('is released: inputs that no definition has a use for, and repetitions', async () => {
    const loop = await rig.startLoop({ logic: indifferent, passedOverMax: 4 });
    await Promise.all([1, 2, 3, 3, 2, 1, 4, 5, 5].map((sequence) => rig.say('a', 'hello', sequence)));
    await until('release', async () => (await waiting(rig)) < 4);
    expect(loop.stats.duplicatesDropped).to.equal(4);
    await loop.close();
  });

  it('is not read again by the next owner', async () => {
    const first = await rig.startLoop({ logic: indifferent, passedOverMax: 1 });
    await rig.say('a');
    await until('release', async () => (await waiting(rig)) === 0);
    await first.close();
    const second = await rig.startLoop({ stateFolder: 'another-node' });
    const input = await rig.say('a');
    expect(await rig.told(1)).to.eql([input]);
    await second.close();
  });

  it('costs nothing while inputs leave records', () => {
    const passedOver = new PassedOver(3);
    expect([1, 1, 2, 2, 3, 3, 3].map((sequence) => passedOver.isDue(sequence))).to.eql([
      ...[false, false],
      ...[false, false],
      ...[false, false, true],
    ]);
  });
});
