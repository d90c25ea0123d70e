import { expect } from 'chai';
import * as fc from 'fast-check';
import { JournalFold, type JournalRecord } from '../../../runtime/engine/journal-record.ts';

const barrier = (epoch: number, sequence: number): JournalRecord => ({
  kind: 'barrier',
  epoch,
  sequence,
  generation: 'g',
  owner: `owner of ${epoch}`,
  now: 0,
});

const step = (epoch: number, sequence: number): JournalRecord => ({
  kind: 'step',
  epoch,
  sequence,
  now: 0,
  input: { id: 'i', type: 't' },
  source: '/engine/acme/0/g',
  cause: 'i',
  topics: [],
  outputs: [],
  positions: {},
  marks: {},
  published: 0,
});

function accepted(records: readonly JournalRecord[]): string[] {
  const fold = new JournalFold();
  return records
    .filter((record) => fold.accept(record))
    .map(({ kind, epoch, sequence }) => `${kind} ${epoch}:${sequence}`);
}

describe('which records of a journal count', () => {
  it('takes a barrier and the steps of its epoch in sequence', () => {
    expect(accepted([barrier(1, 1), step(1, 2), step(1, 3)])).to.eql(['barrier 1:1', 'step 1:2', 'step 1:3']);
  });

  it('drops what a stalled owner flushed after the barrier of its successor', () => {
    expect(accepted([barrier(1, 1), step(1, 2), barrier(2, 3), step(1, 3), step(2, 4), step(1, 4)])).to.eql([
      'barrier 1:1',
      'step 1:2',
      'barrier 2:3',
      'step 2:4',
    ]);
  });

  it('drops a barrier whose owner had not read everything that came before it', () => {
    expect(accepted([barrier(1, 1), step(1, 2), barrier(2, 2), step(1, 3)])).to.eql([
      'barrier 1:1',
      'step 1:2',
      'step 1:3',
    ]);
  });

  it('lets only one of two racing barriers count', () => {
    expect(accepted([barrier(1, 1), barrier(2, 2), barrier(2, 2), step(2, 3)])).to.eql([
      'barrier 1:1',
      'barrier 2:2',
      'step 2:3',
    ]);
  });

  it('always yields contiguous sequences and epochs that never go back, whatever was written', () => {
    const any = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 12 }));
    fc.assert(
      fc.property(fc.array(any, { maxLength: 60 }), (written) => {
        const fold = new JournalFold();
        const counted = written
          .map(([isBarrier, epoch, sequence]) => (isBarrier ? barrier(epoch, sequence) : step(epoch, sequence)))
          .filter((record) => fold.accept(record));
        counted.forEach((record, index) => {
          expect(record.sequence).to.equal(index + 1);
          expect(record.epoch).to.be.at.least(counted[index - 1]?.epoch ?? 0);
        });
      }),
    );
  });
});
