import { expect } from 'chai';
import { SourceMarks } from '../../../runtime/engine/source-marks.ts';

describe('marks per source', () => {
  it('drop what is not newer than the last sequence applied, and count it', () => {
    const marks = new SourceMarks({ '/engine/acme/0': 7 });
    expect(marks.accept('/engine/acme/0', 7)).to.equal(false);
    expect(marks.accept('/engine/acme/0', 6)).to.equal(false);
    expect(marks.accept('/engine/acme/0', 9)).to.equal(true);
    expect(marks.dropped).to.equal(2);
    expect(marks.snapshot()).to.eql({ '/engine/acme/0': 9 });
  });

  it('tell what is new without marking it', () => {
    const marks = new SourceMarks({ '/a': 7 });
    expect([7, 8, undefined].map((sequence) => marks.isNew('/a', sequence))).to.eql([false, true, true]);
    expect(marks.isNew('/b', 0)).to.equal(true);
    expect(marks.snapshot()).to.eql({ '/a': 7 });
    expect(marks.dropped).to.equal(0);
  });

  it('let events without a sequence pass: they are deduplicated by their provider id', () => {
    const marks = new SourceMarks();
    expect(marks.accept('/customer', undefined)).to.equal(true);
    expect(marks.accept('/customer', undefined)).to.equal(true);
  });

  it('keep sources apart', () => {
    const marks = new SourceMarks();
    expect(marks.accept('/a', 5)).to.equal(true);
    expect(marks.accept('/b', 3)).to.equal(true);
  });

  it('forget the source heard of longest ago, not the one that is busy', () => {
    const marks = new SourceMarks();
    marks.accept('/busy', 1);
    for (let source = 0; source < 1000; source++) {
      marks.accept(`/gateway/${source}`, 1);
      marks.accept('/busy', source + 2);
    }
    expect(Object.keys(marks.snapshot()).length).to.be.at.most(256);
    expect(marks.accept('/busy', 1)).to.equal(false);
  });
});
