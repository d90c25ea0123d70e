import { expect } from 'chai';
import { Departures, type Change } from '../../../runtime/baseline/departures.ts';
import { Normals } from '../../../runtime/baseline/normal.ts';
import { ALL, type Sample, type Series } from '../../../runtime/baseline/sample.ts';
import { DAY_MS, HOUR_MS, WEEK_MS, WINDOW_MS } from '../../../runtime/baseline/window.ts';

/** A Monday. */
const START_MS = Date.parse('2026-03-02T00:00:00Z');
const NOW_MS = START_MS + 3 * WEEK_MS;

const sample = (startMs: number, value: number): Sample => ({ ...ALL, startMs, value, observations: value });

const REPLY: Series = { kind: 'delay', name: 'reply' };
const reply = (startMs: number, value: number, observations = 100): Sample => ({
  ...REPLY,
  startMs,
  value,
  observations,
});

/** A hundred events in every window, always, answered within 40 ms. */
const NORMALS = Normals.learn(
  Array.from({ length: (3 * WEEK_MS) / WINDOW_MS }, (_, at) => START_MS + at * WINDOW_MS).flatMap((startMs) => [
    sample(startMs, 100),
    reply(startMs, 40),
  ]),
  NOW_MS,
);

const DAY_WINDOWS = DAY_MS / WINDOW_MS;

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

  /** `replies`: those of each window, from that one on. */
  const followReplies = (
    from: number,
    windows: number,
    replies: (at: number) => readonly Sample[],
  ): readonly Change[] =>
    Array.from({ length: windows }, (_, at) => NOW_MS + (from + at) * WINDOW_MS).flatMap((startMs, at) =>
      departures.follow(startMs, [sample(startMs, 100), ...replies(at)], NORMALS),
    );
  const slowAt = (window: number, observations?: number): readonly Sample[] => [
    reply(NOW_MS + window * WINDOW_MS, 4000, observations),
  ];

  it('end after a day in which nothing can be said of them', () => {
    expect(followReplies(0, 1, () => slowAt(0)).map(({ kind }) => kind)).to.deep.equal(['departed']);
    // Too few say nothing.
    expect(followReplies(1, DAY_WINDOWS - 1, (at) => slowAt(1 + at, 19))).to.deep.equal([]);
    const departure = { series: REPLY, direction: 'high', sinceMs: NOW_MS } as const;
    expect(departures.open).to.deep.equal([departure]);
    const startMs = NOW_MS + DAY_MS;
    expect(followReplies(DAY_WINDOWS, 1, () => [])).to.deep.equal([{ kind: 'ended', departure, startMs }]);
    expect(departures.open).to.deep.equal([]);
  });

  it('do not end while something is said of them now and then', () => {
    followReplies(0, 1, () => slowAt(0));
    const once = (at: number): readonly Sample[] => (at === DAY_WINDOWS - 1 ? slowAt(1 + at) : []);
    expect(followReplies(1, 2 * DAY_WINDOWS - 1, once)).to.deep.equal([]);
    expect(followReplies(2 * DAY_WINDOWS, 1, () => []).map(({ kind }) => kind)).to.deep.equal(['ended']);
  });

  it('end also where nothing of them is known any more, and where another process begins meanwhile', () => {
    const departure = { series: { kind: 'share', name: 'read of sent' }, direction: 'low', sinceMs: START_MS } as const;
    const half = DAY_WINDOWS / 2;
    departures = new Departures([departure]);
    for (let at = 0; at < half; at++) departures.recall(NOW_MS + at * WINDOW_MS, [], NORMALS);
    expect(followReplies(half, half, (at) => [reply(NOW_MS + (half + at) * WINDOW_MS, 40)])).to.deep.equal([
      { kind: 'ended', departure, startMs: NOW_MS + (DAY_WINDOWS - 1) * WINDOW_MS },
    ]);
  });
});
