import { ALL, type Sample, type SeriesKind } from '../../../runtime/baseline/sample.ts';
import { DAY_MS, HOUR_MS, WEEK_MS, WINDOW_MS } from '../../../runtime/baseline/window.ts';
import { Random } from '../../simulation/random.ts';

/** Something that was wrong for a while: what it did to the series it touched. */
export interface Incident {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  /** By series name: the factor on its value. */
  readonly factors: Readonly<Record<string, number>>;
}

/** A Monday. */
export const START_MS: number = Date.parse('2026-03-02T00:00:00Z');

export const WEEKS_BEFORE = 4;
const DAYS_WATCHED = 30;

/** Requests of a usual working hour, in one window. */
const REQUESTS = 90;

/** Events of a healthy clinic: how many for each of another, or for each that is going on. */
const RATES: readonly (readonly [name: string, share: number, of: string])[] = [
  ['message.requested', 1, ''],
  ['message.sent', 0.99, 'message.requested'],
  ['message.delivered', 0.97, 'message.sent'],
  ['message.failed', 0.01, 'message.requested'],
  ['message.received', 0.55, ''],
  ['conversation.started', 0.3, ''],
  ['conversation.completed', 0.93, 'conversation.started'],
];

/** What of what, as the platform measures them. */
const SHARES: Readonly<Record<string, readonly [part: string, whole: string]>> = {
  'sent of requested': ['message.sent', 'message.requested'],
  'delivered of sent': ['message.delivered', 'message.sent'],
  'failed of requested': ['message.failed', 'message.requested'],
};

/** Usual 95th percentile, in milliseconds. */
const DELAYS: Readonly<Record<string, number>> = { reply: 40, 'hand-over': 350, delivery: 4000, answer: 480_000 };

/** What is planted, from a gateway that is down to one that loses a quarter of what it says it sent. */
const KINDS: readonly (Pick<Incident, 'name' | 'factors'> & { readonly minutes: number })[] = [
  { name: 'gateway down', minutes: 40, factors: { 'message.sent': 0 } },
  { name: 'receipts missing', minutes: 120, factors: { 'message.delivered': 0.05 } },
  { name: 'half is not sent', minutes: 120, factors: { 'message.sent': 0.5 } },
  { name: 'nobody gets through', minutes: 150, factors: { 'message.received': 0, 'conversation.completed': 0.1 } },
  { name: 'provider slow', minutes: 60, factors: { 'hand-over': 5, delivery: 3 } },
  { name: 'engine slow', minutes: 60, factors: { reply: 8 } },
  { name: 'failures', minutes: 60, factors: { 'message.failed': 15, 'message.delivered': 0.85 } },
  { name: 'a loop', minutes: 30, factors: { 'message.requested': 4 } },
  { name: 'a quarter is lost', minutes: 120, factors: { 'message.delivered': 0.75 } },
];

/** How much is going on, from 0 to about 1: a working day with two humps, a quiet weekend, nights with almost nothing. */
function activity(startMs: number): number {
  const hour = (startMs % DAY_MS) / HOUR_MS;
  const weekday = Math.floor((startMs - START_MS) / DAY_MS) % 7;
  const hump = (at: number, width: number): number => Math.exp(-(((hour - at) / width) ** 2));
  return (0.02 + hump(10, 2.2) + 0.8 * hump(15.5, 2.5)) * (weekday >= 5 ? 0.2 : 1);
}

export interface Month {
  /** Windows in order, those learned from first: each with its samples. */
  readonly windows: readonly { readonly startMs: number; readonly samples: readonly Sample[] }[];
  readonly incidents: readonly Incident[];
}

/**
 * Four weeks to learn from, and a month to watch, of a company that grows by 3 % a week, writes to a list every Tuesday at
 * 11, has a public holiday, and hours that are busier or calmer than others for no reason.
 */
export function simulatedMonth(seed: number): Month {
  const chance = new Random(seed, 'baseline');
  const from = START_MS + WEEKS_BEFORE * WEEK_MS;
  const until = from + DAYS_WATCHED * DAY_MS;
  const incidents = planted(from, until, new Random(seed, 'incidents'));
  const holiday = from + 9 * DAY_MS;
  const windows: { startMs: number; samples: readonly Sample[] }[] = [];
  let mood = 0;
  for (let startMs = START_MS; startMs < until; startMs += WINDOW_MS) {
    mood = 0.95 * mood + 0.05 * gaussian(chance);
    const growth = 1.03 ** ((startMs - START_MS) / WEEK_MS);
    const list = (startMs - START_MS) % WEEK_MS === DAY_MS + 11 * HOUR_MS ? 1200 : 0;
    const shut = startMs >= holiday && startMs < holiday + DAY_MS ? 0.5 : 1;
    const going = (activity(startMs) * REQUESTS * Math.exp(mood) * shut + list) * growth;
    const current = incidents.filter((incident) => startMs >= incident.startMs && startMs < incident.endMs);
    const factor = (name: string): number =>
      current.reduce((product, { factors }) => product * (factors[name] ?? 1), 1);
    const counts = new Map([['', going]]);
    for (const [name, share, of] of RATES) {
      const whole = counts.get(of) ?? 0;
      const mean = whole * share * factor(name);
      const isMost = of !== '' && mean > whole / 2 && mean <= whole;
      counts.set(name, isMost ? whole - poisson(whole - mean, chance, whole) : poisson(mean, chance));
    }
    counts.delete('');
    const all = [...counts.values()].reduce((sum, value) => sum + value, 0);
    const samples = [...counts, [ALL.name, all] as const]
      .filter(([name, value]) => value > 0 || name === ALL.name)
      .map(([name, value]) => sample('rate', name, startMs, value, value));
    for (const [name, [part, whole]] of Object.entries(SHARES)) {
      const of = counts.get(whole) ?? 0;
      if (of > 0) samples.push(sample('share', name, startMs, Math.min(1, (counts.get(part) ?? 0) / of), of));
    }
    for (const [name, usual] of Object.entries(DELAYS)) {
      const value = usual * factor(name) * Math.exp(0.25 * gaussian(chance) + 0.1 * Math.min(1, going / REQUESTS));
      const observations = counts.get('message.sent') ?? 0;
      if (observations > 0) samples.push(sample('delay', name, startMs, value, observations));
    }
    windows.push({ startMs, samples });
  }
  return { windows, incidents };
}

/** Two of each kind, in working hours, each on a day of its own. */
function planted(from: number, until: number, chance: Random): readonly Incident[] {
  const days = Array.from({ length: (until - from) / DAY_MS }, (_, day) => from + day * DAY_MS);
  return [...KINDS, ...KINDS].map(({ name, minutes, factors }) => {
    const at = chance.below(days.length);
    const [day = from] = days.splice(at, 1);
    const startMs = day + (8 + chance.below(9)) * HOUR_MS + chance.below(12) * WINDOW_MS;
    return { name, factors, startMs, endMs: startMs + minutes * 60_000 };
  });
}

function sample(kind: SeriesKind, name: string, startMs: number, value: number, observations: number): Sample {
  return { kind, name, startMs, value, observations };
}

/** Box and Muller (1958). */
function gaussian(chance: Random): number {
  return Math.sqrt(-2 * Math.log(1 - chance.next())) * Math.cos(2 * Math.PI * chance.next());
}

/** Knuth's product for small means, a rounded normal deviate for large ones. */
function poisson(mean: number, chance: Random, most = Infinity): number {
  if (mean > 60) return Math.min(most, Math.max(0, Math.round(mean + Math.sqrt(mean) * gaussian(chance))));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = chance.next(); product > limit; product *= chance.next()) count += 1;
  return Math.min(most, count);
}
