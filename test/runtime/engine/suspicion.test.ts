import { expect } from 'chai';
import type { JournalRecord, StepRecord } from '../../../runtime/engine/journal-record.ts';
import { isGrave, SuspicionFold, type Suspicion } from '../../../runtime/engine/suspicion.ts';

let sequence = 0;

const barrier = (epoch: number, suspicion?: Suspicion): JournalRecord => ({
  ...{ kind: 'barrier', epoch, sequence: ++sequence, generation: 'g', owner: `o${epoch}`, now: 0 },
  ...(suspicion ? { suspicion } : {}),
});

function step(epoch: number, input: StepRecord['input'], outputs: readonly string[] = []): JournalRecord {
  return {
    ...{ kind: 'step', epoch, sequence: ++sequence, now: 0, input, source: '/s', cause: 'c', topics: ['t'] },
    ...{ outputs: outputs.map((type) => ({ topic: 0, type, data: {} })), positions: {}, marks: {}, published: 0 },
  };
}

const acquired = (epoch: number): JournalRecord => step(epoch, { id: 'o', type: 'ownership' }, ['partition.acquired']);
const released = (epoch: number): JournalRecord => step(epoch, { id: 'o', type: 'ownership' }, ['partition.released']);
const input = (epoch: number): JournalRecord => step(epoch, { id: 'i', type: 'message.received' });
const trial = (epoch: number, times: number): JournalRecord =>
  step(epoch, { id: 'messaging/1:7', type: 'trial', times });
const tried = (times: number): Suspicion['tried'] => ({ input: 'messaging/1:7', times });

describe('the suspicion of an owner', () => {
  const after = (records: readonly JournalRecord[], survived?: number): Suspicion | undefined => {
    const fold = new SuspicionFold();
    for (const record of records) fold.accept(record);
    return fold.next(survived);
  };

  it('is none in a new journal, and after one who released the partition', () => {
    expect(after([])).to.equal(undefined);
    expect(after([barrier(1), acquired(1), input(1), released(1)])).to.equal(undefined);
  });

  it('is none after one who closed its loop for want of anything to do', () => {
    const asleep = step(1, { id: 'o/asleep', type: 'asleep' });
    expect(after([barrier(1), acquired(1), input(1), asleep])).to.equal(undefined);
    expect(after([barrier(1), acquired(1), asleep, barrier(2), input(2)])).to.eql({ unclean: 1 });
  });

  it('counts those in a row that died soon, and is grave from the second on', () => {
    const first = after([barrier(1), acquired(1), input(1)]);
    expect(first).to.eql({ unclean: 1 });
    expect(first && isGrave(first)).to.equal(false);
    const second = after([barrier(2, first), acquired(2)]);
    expect(second).to.eql({ unclean: 2 });
    expect(second && isGrave(second)).to.equal(true);
  });

  it('is none of one who got far, or whose end this process outlived', () => {
    const many = Array.from({ length: 101 }, () => input(2));
    expect(after([barrier(2, { unclean: 5 }), acquired(2), ...many])).to.equal(undefined);
    expect(after([barrier(2, { unclean: 5 }), acquired(2), trial(2, 2)], 2)).to.equal(undefined);
  });

  it('is of the input that was being tried last, not of one that was survived', () => {
    expect(after([barrier(2, { unclean: 2 }), trial(2, 1)])).to.eql({ unclean: 3, tried: tried(1) });
    expect(after([barrier(2, { unclean: 2 }), trial(2, 1), input(2)])).to.eql({ unclean: 3 });
  });

  it('is handed on by one who died before it tried anything, and kept where the barrier is out of sight', () => {
    expect(after([barrier(3, { unclean: 3, tried: { input: 'messaging/1:7', times: 2 } })])).to.eql({
      ...{ unclean: 4, tried: tried(2) },
    });
    const far = after([input(2), trial(2, 3)]);
    expect(far).to.eql({ unclean: 1, tried: tried(3) });
    expect(far && isGrave(far)).to.equal(true);
  });
});
