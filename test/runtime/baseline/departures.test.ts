import { expect } from 'chai';
import { Departures, type Change } from '../../../runtime/baseline/departures.ts';
import { Normals } from '../../../runtime/baseline/normal.ts';
import { ALL, type Sample } from '../../../runtime/baseline/sample.ts';
import { HOUR_MS, WEEK_MS, WINDOW_MS } from '../../../runtime/baseline/window.ts';

/** A Monday. */
const START_MS = Date.parse('2026-03-02T00:00:00Z');
const NOW_MS = START_MS + 3 * WEEK_MS;

const sample = (startMs: number, value: number): Sample => ({ ...ALL, startMs, value, observations: value });

/** A hundred events in every window, always. */
const NORMALS = Normals.learn(
  Array.from({ length: (3 * WEEK_MS) / WINDOW_MS }, (_, at) => sample(START_MS + at * WINDOW_MS, 100)),
  NOW_MS,
);

describe('departures', () => {
  /** Beyond what is normal, and not so far that one window is enough. */
  const FEW = 55;
  let departures: Departures;
  beforeEach(() => {
    departures = new Departures();
  });
  const follow = (fromMs: number, ...values: readonly number[]): readonly (readonly [string, number])[] =>
    values.flatMap((value, at) => {
      const startMs = fromMs + at * WINDOW_MS;
      const changes: readonly Change[] = departures.follow(startMs, [sample(startMs, value)], NORMALS);
      return changes.map(({ kind, departure }) => [kind, departure.sinceMs] as const);
    });

  it('are told after three windows, and so is their end', () => {
    expect(follow(NOW_MS, FEW, FEW, FEW, 100, 100, 100)).to.deep.equal([
      ['departed', NOW_MS],
      ['returned', NOW_MS],
    ]);
  });

  it('count no window from before a gap', () => {
    expect(follow(NOW_MS, FEW, FEW)).to.deep.equal([]);
    const afterMs = NOW_MS + 3 * HOUR_MS;
    expect(follow(afterMs, FEW, FEW)).to.deep.equal([]);
    expect(follow(afterMs + 2 * WINDOW_MS, FEW, 100, 100)).to.deep.equal([['departed', afterMs]]);
    expect(follow(afterMs + 2 * HOUR_MS, 100, 100)).to.deep.equal([]);
    expect(follow(afterMs + 2 * HOUR_MS + 2 * WINDOW_MS, 100)).to.deep.equal([['returned', afterMs]]);
  });
});
