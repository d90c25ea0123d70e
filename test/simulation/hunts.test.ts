import { expect } from 'chai';
import { simulateApart } from './apart.ts';
import type { Catch } from './hunt.ts';
import { PLANTED_NAMES } from './planted.ts';

/** Each bug shows in one world of ten, or more: a hunt that takes as many as this has lost its bug. */
const SEEDS_MAX = 100;

describe('The simulation of the platform, with a bug planted on purpose', function () {
  this.timeout(900_000);

  it('finds every such bug, and nothing in the same worlds without it', async () => {
    const catches = await simulateApart<readonly Catch[]>('--hunt', `--seeds=${SEEDS_MAX}`);
    expect(catches.map(({ plant }) => plant)).to.deep.equal(PLANTED_NAMES);
    for (const { plant, seed, without } of catches) {
      expect(seed, plant).to.be.a('number');
      expect(without, plant).to.be.empty;
    }
  });
});
