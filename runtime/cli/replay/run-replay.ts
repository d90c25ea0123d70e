import type { ReplayOutput } from './output.ts';
import type { ReplayPlan } from './plan.ts';
import type { ReplayState } from './replay-state.ts';
import type { ReplayItem, ReplaySource } from './source.ts';

/** Between two notes of the position: what may have to be looked up, or cut off, after a crash. Milliseconds. */
const SAVE_MS = 1_000;

/** Shorter waits are not worth telling. Milliseconds. */
const TOLD_WAIT_MS = 1_000;

/** Events handed over at once at most, so that the position is noted in time. */
const CHUNK_EVENTS = 1_000;

export interface ReplayProgress {
  readonly events: number;
  /** When the newest one happened; of a wait, the one that is waited for. */
  readonly atMs: number;
  /** Nothing is told until then, by the clock of now. */
  readonly waitsUntilMs?: number;
}

export interface RunOptions {
  readonly plan: ReplayPlan;
  readonly source: ReplaySource;
  readonly output: ReplayOutput;
  /** Of an earlier run. */
  readonly begun: ReplayState | undefined;
  readonly save: (state: ReplayState) => Promise<void>;
  readonly progress: (progress: ReplayProgress) => void;
  /** States that all was told, before that is noted: twice where the process ends in between, but not never. */
  readonly completed?: (events: number) => Promise<void>;
  readonly signal: AbortSignal;
  readonly now?: () => number;
  readonly pause?: (durationMs: number, signal: AbortSignal) => Promise<void>;
}

/** Resolves with the state at the end, or where it was aborted. Every state that was saved can be resumed from. */
export async function runReplay(options: RunOptions): Promise<ReplayState> {
  const { plan, source, output, begun, save, progress, completed, signal, now = Date.now, pause = sleep } = options;
  let state: ReplayState = begun ?? { plan, source: null, output: await output.place(), events: 0, done: false };
  await save(state);
  let saved = now();
  let latest = state;
  const keep = async (): Promise<void> => {
    state = { ...latest, output: await output.place() };
    await save(state);
    saved = now();
  };
  const pace = paceOf(plan, now);
  for await (const page of source.read(state.source)) {
    for (let rest: readonly ReplayItem[] = page; rest.length > 0;) {
      const atMs = rest[0]?.atMs ?? 0;
      const waitMs = pace.shortenedMs(atMs);
      if (waitMs >= TOLD_WAIT_MS) progress({ events: latest.events, atMs, waitsUntilMs: now() + waitMs });
      await pause(waitMs, signal);
      if (signal.aborted) break;
      const due = dueOf(rest, (atMs) => pace.waitMs(atMs));
      await output.write(due.map(({ event }) => event));
      rest = rest.slice(due.length);
      const newest = due.at(-1);
      if (!newest) continue;
      latest = { ...latest, source: newest.place, events: latest.events + due.length };
      progress({ events: latest.events, atMs: newest.atMs });
      if (now() - saved >= SAVE_MS) await keep();
    }
    if (signal.aborted) break;
  }
  if (!signal.aborted) await completed?.(latest.events);
  latest = { ...latest, done: !signal.aborted };
  await keep();
  return state;
}

/** What is to be told now; at least one, which was waited for. */
function dueOf(items: readonly ReplayItem[], waitMs: (atMs: number) => number): readonly ReplayItem[] {
  const later = items.findIndex(({ atMs }, index) => index > 0 && waitMs(atMs) > 0);
  return items.slice(0, Math.min(later === -1 ? items.length : later, CHUNK_EVENTS));
}

interface Pace {
  /** Until an event of this moment is due. */
  waitMs(atMs: number): number;
  /** The same for the next event, for which nobody waits longer than `maxGapMs`: all later ones come earlier by the rest. */
  shortenedMs(atMs: number): number;
}

/** From the first event on, gaps last as long as they were recorded, divided by the speed. */
function paceOf({ speed, maxGapMs = Infinity }: ReplayPlan, now: () => number): Pace {
  let beginning: { readonly atMs: number; readonly now: number } | undefined;
  const waitMs = (atMs: number): number => {
    if (speed === undefined) return 0;
    beginning ??= { atMs, now: now() };
    return Math.max(0, beginning.now + (atMs - beginning.atMs) / speed - now());
  };
  return {
    waitMs,
    shortenedMs: (atMs) => {
      const wait = waitMs(atMs);
      if (wait <= maxGapMs) return wait;
      beginning = { atMs, now: now() + maxGapMs };
      return maxGapMs;
    },
  };
}

/** Longest that Node's timers wait. */
const LONGEST_MS = 2 ** 31 - 1;

async function sleep(durationMs: number, signal: AbortSignal): Promise<void> {
  for (let rest = durationMs; rest > 0 && !signal.aborted; rest -= LONGEST_MS) {
    await sleepOnce(Math.min(rest, LONGEST_MS), signal);
  }
}

function sleepOnce(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, durationMs);
    signal.addEventListener('abort', done, { once: true });
  });
}
