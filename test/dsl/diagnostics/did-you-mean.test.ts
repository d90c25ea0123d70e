import { expect } from 'chai';
import fc from 'fast-check';
import { nearest } from '../../../dsl/diagnostics/did-you-mean.ts';

describe('nearest', () => {
  it('suggests what a slip of the fingers meant, and nothing for another word', () => {
    expect(nearest('prot', ['host', 'port'])).to.equal('port');
    expect(nearest('datafolder', ['dataFolder'])).to.equal('dataFolder');
    expect(nearest('elephant', ['host', 'port'])).to.equal(undefined);
  });

  it('takes a word that is there before any other', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.nat(), (candidates, n) => {
        const word = candidates[n % candidates.length] ?? '';
        return nearest(word, candidates) === word;
      }),
    );
  });
});
