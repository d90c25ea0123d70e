import { expect } from 'chai';
import { Departures } from '../../../runtime/baseline/departures.ts';
import { Normals } from '../../../runtime/baseline/normal.ts';
import { DAY_MS, HOUR_MS, WEEK_MS, WINDOW_MS } from '../../../runtime/baseline/window.ts';
import { simulatedMonth, START_MS, WEEKS_BEFORE } from './month.ts';
import { score } from './score.ts';

/** Others were tried while it was made: see docs/operations.md. */
const SEED = 4;

describe('a simulated month with planted incidents', () => {
  const month = simulatedMonth(SEED);
  const { alarms, falseAlarms, found, missed, minutes, ended } = score(month);

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

  it('takes no quiet night or weekend for the end of what departed', () => {
    expect(ended).to.deep.equal([]);
  });

  it('tells that what departed has ended, a day after it stopped for good', () => {
    const mondayMs = START_MS + WEEKS_BEFORE * WEEK_MS;
    const [slowMs, stopsMs] = [mondayMs + 10 * HOUR_MS, mondayMs + 11 * HOUR_MS];
    const known = month.windows.filter(({ startMs }) => startMs < mondayMs);
    const normals = Normals.learn(
      known.flatMap(({ samples }) => samples),
      mondayMs,
    );
    const departures = new Departures();
    const changes = month.windows
      .filter(({ startMs }) => startMs >= slowMs && startMs < stopsMs + 2 * DAY_MS)
      .flatMap(({ startMs, samples }) => {
        const replies = samples.filter(({ name }) => name === 'reply');
        const slow = startMs < stopsMs ? replies.map((one) => ({ ...one, value: 20 * one.value })) : [];
        return departures.follow(startMs, slow, normals).filter(({ departure }) => departure.series.name === 'reply');
      });
    expect(changes.map(({ kind }) => kind)).to.deep.equal(['departed', 'ended']);
    expect(changes[1]).to.include({ startMs: stopsMs + DAY_MS - WINDOW_MS });
  });
});
