import { expect } from 'chai';
import { simulatedMonth } from './month.ts';
import { score } from './score.ts';

/** Others were tried while it was made: see docs/operations.md. */
const SEED = 4;

describe('a simulated month with planted incidents', () => {
  const { alarms, falseAlarms, found, missed, minutes } = score(simulatedMonth(SEED));

  it('finds nine of ten incidents', () => {
    const recall = found.length / (found.length + missed.length);
    expect(recall, `missed: ${missed.map(({ name }) => name).join(', ')}`).to.be.at.least(0.9);
  });

  it('raises no alarm without cause but one in ten, through a holiday, growth and a weekly broadcast', () => {
    const told = falseAlarms.map(({ departure }) => `${departure.series.name} ${departure.direction}`);
    expect((alarms - falseAlarms.length) / alarms, `false alarms: ${told.join(', ')}`).to.be.at.least(0.9);
  });

  it('tells of half of them within a quarter of an hour', () => {
    expect(minutes.toSorted((one, other) => one - other)[Math.floor(minutes.length / 2)]).to.be.at.most(15);
  });
});
