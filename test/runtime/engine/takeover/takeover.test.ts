import { expect } from 'chai';
import { explore } from './explore.ts';
import { acquireWithoutBarrier, FoldWithoutEpochs } from './left-out.ts';
import type { Model } from './world.ts';

/**
 * Every order in which owners, their records, crashes, stalls, unloads and late flushes can meet, with the engine's own
 * journal, rule of what counts and check of appended records. In each state: only one owner's records count at a time,
 * no output has left of a record that does not count, and who goes on goes on from everything that counts; and from
 * each state somebody can step again.
 */
describe('the takeover of a journal, explored to completion', function () {
  this.timeout(120_000);

  const bounds: Record<string, Pick<Model, 'owners' | 'steps' | 'crashes' | 'unloads'>> = {
    'two owners, two steps each': { owners: 2, steps: 2, crashes: 1, unloads: 1 },
    'two owners, two steps each, two unloads': { owners: 2, steps: 2, crashes: 1, unloads: 2 },
    'three owners, a step each': { owners: 3, steps: 1, crashes: 1, unloads: 1 },
  };
  // Where nobody is kept out, owners meet in many times as many orders.
  const unfenced = {
    'two owners, two steps each': { owners: 2, steps: 2, crashes: 1, unloads: 1 },
    'three owners, a step each': { owners: 3, steps: 1, crashes: 0, unloads: 0 },
  };
  for (const fencing of [true, false]) {
    for (const [name, bound] of Object.entries(fencing ? bounds : unfenced)) {
      const title = `${fencing ? 'on a broker that fences' : 'on one that cannot'}, ${name}`;
      it(title, async function () {
        const { states, transitions, counterexample } = await explore({ fencing, ...bound });
        expect(counterexample).to.equal(undefined);
        expect(states).to.be.greaterThan(1_000);
        if (this.test) this.test.title = `${title}: ${states} states, ${transitions} transitions`;
      });
    }
  }

  describe('finds what is left out, by a shortest way there', () => {
    const bare: Model = { fencing: false, owners: 2, steps: 2, crashes: 1, unloads: 1 };
    const found = async (model: Model): Promise<string | undefined> => (await explore(model)).counterexample;

    it('the reading back of records where the broker cannot fence', async () => {
      expect(await found({ ...bare, claimsFencing: true })).to.equal(
        [
          '1. owner 0 opens its producer',
          '2. owner 1 opens its producer',
          '3. owner 0 learns where the journal ends',
          '4. owner 0 has its oldest record stored',
          '5. owner 0 steps, and sends the record',
          '6. owner 1 learns where the journal ends',
          '7. owner 1 has its oldest record stored',
          '8. owner 0 has its oldest record stored',
          'Then the outputs of 0:2 left owner 0, and it does not count. The journal:',
          '0:0 owner 0 barrier 1:1',
          '0:1 owner 1 barrier 2:2',
          '0:2 owner 0 step 1:2 (does not count)',
        ].join('\n'),
      );
    });

    it('the barrier', async () => {
      const trace = await found({ ...bare, acquire: acquireWithoutBarrier });
      expect(trace).to.match(/the outputs of \S+ left owner 1, and it does not count/);
      expect(trace).to.match(/owner 0 step 1:2\n\S+ owner 1 step 1:2 \(does not count\)$/);
    });

    it('the epochs', async () => {
      const trace = await found({ ...bare, newFold: () => new FoldWithoutEpochs() });
      expect(trace).to.match(/record \S+ of owner 0 counts, after one of its successor/);
      expect(trace).to.match(/owner 1 barrier 2:2\n.*\n\S+ owner 0 step 1:3$/);
    });
  });
});
