/**
 * What the statechart knows of the customer's events: those of the last ten minutes, what is waited for since when, and
 * what came for a wait and has not been looked at yet.
 */
import { markOf, type Occurrence } from '../happenings.ts';
import type { Change, Memory } from './memory.ts';

/** Later, an event that came before a wait began is none of its business. */
const EARLY_MS = 10 * 60_000;

/** What one of the events must be that are waited for: `equals` as it was when the wait began. */
export interface Expected {
  readonly type: string;
  readonly key: string;
}

export interface Kept {
  /** Number of the wait. */
  readonly wait: number;
  readonly event: Occurrence;
  /** It came before the wait began. */
  readonly isEarly: boolean;
  /** It had to wait for an interrupt or a hand-off. */
  readonly isLate: boolean;
}

export interface Events {
  readonly recent: readonly { readonly event: Occurrence; readonly at: number }[];
  /** By who waits: a flow's interrupts, or a `listen`. Later waits, which are further inside, have higher numbers. */
  readonly waits: Readonly<Record<string, { readonly number: number; readonly expected: readonly Expected[] }>>;
  readonly waitsBegun: number;
  readonly kept: readonly Kept[];
  /** Numbers of those that were taken: each counts once. */
  readonly counted: readonly number[];
  /** By `listen` for all: indices of those that have come. */
  readonly came: Readonly<Record<string, readonly number[]>>;
  /** Which was taken last, as texts show it. */
  readonly taken: string;
}

export const NO_EVENTS: Events = {
  recent: [],
  waits: {},
  waitsBegun: 0,
  kept: [],
  counted: [],
  came: {},
  taken: '',
};

/** Sent again within that time, it is the same event. */
export function arrives(event: Occurrence): Change {
  return updatesEvents((events, _, now) => {
    const recent = events.recent.filter(({ at }) => now - at < EARLY_MS);
    if (recent.some((other) => other.event.number === event.number)) return { ...events, recent };
    // The innermost first.
    const meant = Object.values(events.waits)
      .filter(({ expected }) => expected.some((one) => isLike(event, one)))
      .sort((a, b) => b.number - a.number);
    const kept = meant.map(({ number: wait }): Kept => ({ wait, event, isEarly: false, isLate: false }));
    return { ...events, recent: [...recent, { event, at: now }], kept: [...events.kept, ...kept] };
  });
}

/** What came shortly before counts too. */
export function beginsToWait(who: string, expectedIn: (memory: Memory) => readonly Expected[]): Change {
  return updatesEvents((events, memory, now) => {
    const number = events.waitsBegun + 1;
    const expected = expectedIn(memory);
    const early = distinct(expected).flatMap((one) =>
      events.recent
        .filter(({ event, at }) => now - at < EARLY_MS && isLike(event, one))
        .map(({ event }): Kept => ({ wait: number, event, isEarly: true, isLate: false })),
    );
    return {
      ...events,
      waits: { ...events.waits, [who]: { number, expected } },
      waitsBegun: number,
      kept: [...events.kept, ...early],
      came: { ...events.came, [who]: [] },
    };
  });
}

function distinct(expected: readonly Expected[]): readonly Expected[] {
  return expected.filter(({ type, key }, at) => expected.findIndex((o) => o.type === type && o.key === key) === at);
}

export function isLike(event: Occurrence, { type, key }: Expected): boolean {
  return event.type === type && event.key === key;
}

export function takes({ event }: Kept): Change {
  return updatesEvents((events) => ({
    ...events,
    counted: [...events.counted, event.number],
    taken: markOf(event),
  }));
}

export function hasCome(listen: string, index: number): Change {
  return updatesEvents((events) => ({
    ...events,
    came: { ...events.came, [listen]: [...(events.came[listen] ?? []), index] },
  }));
}

/** It has been looked at. */
export function drops(kept: Kept): Change {
  return updatesEvents((events) => ({ ...events, kept: events.kept.filter((other) => other !== kept) }));
}

/** What could not be looked at yet. */
export const waitsOn: Change = updatesEvents((events) => ({
  ...events,
  kept: events.kept.map((kept) => (kept.isLate ? kept : { ...kept, isLate: true })),
}));

function updatesEvents(update: (events: Events, memory: Memory, now: number) => Events): Change {
  return (memory, now) => ({ ...memory, events: update(memory.events, memory, now) });
}
