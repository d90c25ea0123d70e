import { expect } from 'chai';
import type { TenantName } from '../../../channels/brands.ts';
import { contactSource, routerSource } from '../../../runtime/engine/loop-sources.ts';
import { SourceMarks } from '../../../runtime/engine/source-marks.ts';
import { MAX_PARTITIONS } from '../../../runtime/events/tenant.ts';

const TENANT = 'acme' as TenantName;

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
    expect(Object.keys(marks.snapshot())).to.have.lengthOf(256);
    expect(marks.accept('/busy', 1)).to.equal(false);
  });

  it('forget no loop of the largest tenant, however long it was silent and how many gateways came and went', () => {
    const loops = [contactSource, routerSource].flatMap((sourceOf) =>
      Array.from({ length: MAX_PARTITIONS }, (_, partition) => `${sourceOf(TENANT, partition)}/g1`),
    );
    const marks = new SourceMarks();
    for (const loop of loops) marks.accept(loop, 7);
    for (let gateway = 0; gateway < 10_000; gateway++) marks.accept(`/gateway/${gateway}`, 1);
    expect(loops.filter((loop) => marks.accept(loop, 7))).to.eql([]);
    expect(loops.filter((loop) => !marks.accept(loop, 8))).to.eql([]);
  });

  it('are the same, in the same order, for whoever restates what each record says was heard', () => {
    const marks = new SourceMarks({ '/gateway/0': 1 });
    const restated = new SourceMarks({ '/gateway/0': 1 });
    for (let count = 1; count < 2_000; count++) {
      marks.accept(`/gateway/${(count * count) % 700}`, count);
      marks.accept(`/engine/acme/${count % 3}/g1`, count);
      if (count % 7 === 0) restated.restate(marks.takeHeard());
    }
    restated.restate(marks.takeHeard());
    expect(Object.entries(restated.snapshot())).to.eql(Object.entries(marks.snapshot()));
    expect(marks.takeHeard(), 'nothing was heard since').to.eql({});
  });
});
