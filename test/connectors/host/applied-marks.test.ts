import { expect } from 'chai';
import fc from 'fast-check';
import { AppliedMarks } from '../../../runtime/connectors/applied-marks.ts';

const SOURCE = '/engine/acme';

describe('AppliedMarks', () => {
  it('raises the mark only to where nothing below is pending', () => {
    const marks = new AppliedMarks();
    for (const sequence of [0, 3, 7]) marks.begin(SOURCE, sequence);
    expect(marks.complete(SOURCE, 7)).to.deep.equal({ mark: -1, above: 7, absorbed: [] });
    expect(marks.complete(SOURCE, 0)).to.deep.equal({ mark: 0, absorbed: [] });
    expect(marks.complete(SOURCE, 3)).to.deep.equal({ mark: 7, absorbed: [7] });
  });

  it('tells new, pending and done apart, also after a restart', () => {
    const marks = new AppliedMarks();
    marks.restore(SOURCE, 4, [9]);
    marks.begin(SOURCE, 6);
    const standings = [4, 5, 6, 9, 10].map((sequence) => marks.standing(SOURCE, sequence));
    expect(standings).to.deep.equal(['done', 'new', 'pending', 'done', 'new']);
    expect(marks.standing('/another', 0)).to.equal('new');
  });

  it('never forgets a completion nor invents one, in whatever order they come, and says so durably', () => {
    const cases = fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 25 }).chain((sequences) =>
      fc.record({
        order: fc.constant([...sequences].sort((a, b) => a - b)),
        completed: fc.shuffledSubarray(sequences),
      }),
    );
    fc.assert(
      fc.property(cases, ({ order, completed }) => {
        const marks = new AppliedMarks();
        for (const sequence of order) marks.begin(SOURCE, sequence);
        let mark = -1;
        const above = new Set<number>();
        for (const sequence of completed) {
          const completion = marks.complete(SOURCE, sequence);
          mark = completion.mark;
          if (completion.above !== undefined) above.add(completion.above);
          for (const absorbed of completion.absorbed) above.delete(absorbed);
        }
        const restored = new AppliedMarks();
        restored.restore(SOURCE, mark, [...above]);
        for (const sequence of order) {
          const isDone = completed.includes(sequence);
          expect(marks.standing(SOURCE, sequence)).to.equal(isDone ? 'done' : 'pending', `live, ${sequence}`);
          expect(restored.standing(SOURCE, sequence)).to.equal(isDone ? 'done' : 'new', `restored, ${sequence}`);
        }
      }),
    );
  });
});
