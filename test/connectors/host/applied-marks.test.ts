import { expect } from 'chai';
import fc from 'fast-check';
import { AppliedMarks } from '../../../runtime/connectors/applied-marks.ts';

const SOURCE = '/engine/acme';

describe('AppliedMarks', () => {
  it('raises the mark only to where nothing below is pending', () => {
    const marks = new AppliedMarks();
    for (const sequence of [0, 3, 7]) marks.take(SOURCE, sequence);
    expect(marks.complete(SOURCE, 7)).to.deep.equal({ mark: -1, above: 7, absorbed: [] });
    expect(marks.complete(SOURCE, 0)).to.deep.equal({ mark: 0, absorbed: [] });
    expect(marks.complete(SOURCE, 3)).to.deep.equal({ mark: 7, absorbed: [7] });
  });

  it('tells new, pending and done apart, also after a restart', () => {
    const marks = new AppliedMarks();
    marks.restore(SOURCE, 4, [9]);
    marks.take(SOURCE, 6);
    const standings = [4, 5, 6, 9, 10].map((sequence) => marks.take(SOURCE, sequence));
    expect(standings).to.deep.equal(['done', 'new', 'pending', 'done', 'new']);
    expect(marks.take('/another', 0)).to.equal('new');
  });

  it('does not take what is still to come again after a restart for done, because something later is', () => {
    const marks = new AppliedMarks();
    marks.restore(SOURCE, 4, [7]);
    marks.take(SOURCE, 5);
    expect(marks.complete(SOURCE, 5), '6 and 7 have not come again yet').to.deep.equal({ mark: 5, absorbed: [] });
    expect(marks.take(SOURCE, 6)).to.equal('new');
    expect(marks.take(SOURCE, 7)).to.equal('done');
    expect(marks.complete(SOURCE, 6)).to.deep.equal({ mark: 7, absorbed: [7] });
  });

  it('completes each once and forgets none, however often the process dies', () => {
    // A life brings what no cumulative acknowledgement covers, in order, and completes in any; then it dies.
    const lives = fc.array(fc.array(fc.record({ takes: fc.boolean(), pick: fc.nat(30) }), { maxLength: 40 }), {
      minLength: 2,
      maxLength: 6,
    });
    const sequences = fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 25 });
    fc.assert(
      fc.property(sequences, lives, (unsorted, acts) => {
        const order = [...unsorted].sort((a, b) => a - b);
        const done = new Set<number>();
        let mark = -1;
        const above = new Set<number>();
        for (const life of acts) {
          const marks = new AppliedMarks();
          marks.restore(SOURCE, mark, [...above]);
          const firstOpen = order.findIndex((sequence) => !done.has(sequence));
          const coming = firstOpen === -1 ? [] : order.slice(firstOpen);
          const pending: number[] = [];
          for (const { takes, pick } of life) {
            if (takes || pending.length === 0) {
              const sequence = coming.shift();
              if (sequence === undefined) continue;
              const standing = marks.take(SOURCE, sequence);
              expect(standing).to.equal(done.has(sequence) ? 'done' : 'new', `${sequence} after a restart`);
              if (standing === 'new') pending.push(sequence);
              continue;
            }
            for (const sequence of pending.splice(pick % pending.length, 1)) {
              const completion = marks.complete(SOURCE, sequence);
              done.add(sequence);
              mark = completion.mark;
              if (completion.above !== undefined) above.add(completion.above);
              for (const absorbed of completion.absorbed) above.delete(absorbed);
            }
          }
        }
        const restored = new AppliedMarks();
        restored.restore(SOURCE, mark, [...above]);
        for (const sequence of order) {
          expect(restored.take(SOURCE, sequence)).to.equal(
            done.has(sequence) ? 'done' : 'new',
            `${sequence} in the end`,
          );
        }
      }),
    );
  });
});
