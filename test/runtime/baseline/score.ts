import { Departures, type Change } from '../../../runtime/baseline/departures.ts';
import { Normals } from '../../../runtime/baseline/normal.ts';
import { DAY_MS, WEEK_MS, WINDOW_MS } from '../../../runtime/baseline/window.ts';
import { START_MS, WEEKS_BEFORE, type Incident, type Month } from './month.ts';

export interface Score {
  readonly alarms: number;
  /** Alarms of no incident: none was on, nor had ended within AFTER_MS. */
  readonly falseAlarms: readonly Change[];
  readonly found: readonly Incident[];
  readonly missed: readonly Incident[];
  /** From an incident's start to its first alarm, in minutes, of those found. */
  readonly minutes: readonly number[];
  /** Departures that ended because nothing could be said of them any more. */
  readonly ended: readonly Change[];
}

/** An alarm so soon after an incident's end is still about it. */
const AFTER_MS = 60 * 60_000;

/** Alarms of several series that come so close together are one alarm to whoever is woken. */
const TOGETHER_MS = 30 * 60_000;

/** Watches the month as the platform does, learning anew each day. */
export function score({ windows, incidents }: Month): Score {
  const departures = new Departures();
  const watchFrom = START_MS + WEEKS_BEFORE * WEEK_MS;
  const before: Parameters<typeof Normals.learn>[0][number][] = [];
  let normals = Normals.learn([], START_MS);
  const alarms: { readonly atMs: number; readonly change: Change }[] = [];
  const ended: Change[] = [];
  for (const { startMs, samples } of windows) {
    if (startMs >= watchFrom) {
      if (startMs % DAY_MS === 0) normals = Normals.learn(before, startMs);
      for (const change of departures.follow(startMs, samples, normals)) {
        if (change.kind === 'departed') alarms.push({ atMs: startMs + WINDOW_MS, change });
        if (change.kind === 'ended') ended.push(change);
      }
    }
    before.push(...samples);
  }
  const isOf = (atMs: number, { startMs, endMs }: Incident): boolean => atMs > startMs && atMs <= endMs + AFTER_MS;
  const together = alarms.filter(({ atMs }, at) => at === 0 || atMs - (alarms[at - 1]?.atMs ?? 0) > TOGETHER_MS);
  const found = incidents.filter((incident) => alarms.some(({ atMs }) => isOf(atMs, incident)));
  return {
    alarms: together.length,
    falseAlarms: together.filter(({ atMs }) => !incidents.some((one) => isOf(atMs, one))).map(({ change }) => change),
    found,
    ended,
    missed: incidents.filter((incident) => !found.includes(incident)),
    minutes: found.map((incident) => {
      const first = alarms.find(({ atMs }) => isOf(atMs, incident));
      return ((first?.atMs ?? NaN) - incident.startMs) / 60_000;
    }),
  };
}
