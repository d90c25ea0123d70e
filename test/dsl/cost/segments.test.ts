import { expect } from 'chai';
import { addCosts, segmentCost } from '../../../dsl/cost/segments.ts';

describe('the cost of a text in SMS segments', () => {
  it('is a range where values are filled in', () => {
    const cost = segmentCost({ parts: ['a'.repeat(140), { cel: 'vars.name' }, 'b'.repeat(19)] });
    expect(cost).to.deep.equal({ min: 1, expected: 2, max: 2, encoding: 'GSM-7', outside: [] });
  });

  it('counts numbered choices', () => {
    const parts = ['a'.repeat(150)];
    expect(segmentCost({ parts }).max).to.equal(1);
    expect(segmentCost({ parts, choices: [['Confirm'], ['Rebook']] }).max).to.equal(2);
  });

  it('names what makes it UCS-2, and in which part', () => {
    const { encoding, outside } = segmentCost({ parts: ['Hi ', { cel: 'vars.name' }, '…'], choices: [['Sí']] });
    expect(encoding).to.equal('UCS-2');
    expect(outside.map(({ character, at, part }) => ({ character, at, part }))).to.deep.equal([
      { character: '…', at: 0, part: { text: 2 } },
      { character: 'í', at: 1, part: { choice: 0, label: 0 } },
    ]);
  });

  it('adds up along a path', () => {
    expect(
      addCosts([
        { min: 1, expected: 2, max: 3 },
        { min: 1, expected: 1, max: 1 },
      ]),
    ).to.deep.equal({
      min: 2,
      expected: 3,
      max: 4,
    });
  });
});
