/** Lets time pass for a scenario's people, where the platform does that for those who do not exist. */
import type { ContactKey } from '../../channels/brands.ts';
import type { Leg } from '../../dsl/scenario/live/plan.ts';
import { sleep } from '../clock.ts';
import type { Dialogue } from './dialogue.ts';
import { happenedAll, LOOK_PAUSE_MS, lookBefore, type Patience } from './looking.ts';

export const PASSED = 'probe.time-passed';

/** What is still to pass, by person. */
type Left = ReadonlyMap<ContactKey, number>;

/**
 * Up to a moment at which something happens by itself, and until that has happened: what follows from it is to come back
 * before more time passes. Of the time that is left then, nothing is: it is what the platform took to get there. False
 * where it does not pass in time.
 */
export async function passTime(dialogue: Dialogue, leg: Leg, patience: Patience): Promise<boolean> {
  const { clock, timeoutMs } = patience;
  const deadline = clock.now() + timeoutMs;
  const before = dialogue.seen();
  let left: Left = new Map(dialogue.contacts.map((contact) => [contact, leg.ms]));
  for (;;) {
    const passed = await askFor(dialogue, left, deadline, patience);
    if (!passed) return false;
    left = passed;
    const isAwaiting = leg.counts.size > 0 || left.size > 0;
    const hasHappened =
      isAwaiting && (await untilHappened(dialogue, leg, { before, deadline, isPassing: left.size > 0 }, patience));
    if (hasHappened || left.size === 0) return true;
    if (clock.now() >= deadline) return false;
  }
}

/** What the platform leaves of it, because a deadline comes first; undefined where it does not say so in time. */
async function askFor(
  dialogue: Dialogue,
  asked: Left,
  deadline: number,
  { clock, signal }: Patience,
): Promise<Left | undefined> {
  const before = dialogue.seen();
  await dialogue.askForTime(asked);
  for (;;) {
    await lookBefore(deadline, dialogue, clock);
    const told = dialogue.since(before).filter(({ type }) => type === PASSED);
    const left = new Map(told.map(({ subject, data }) => [subject as ContactKey, (data as { leftMs: number }).leftMs]));
    if ([...asked.keys()].every((contact) => left.has(contact))) return new Map([...left].filter(([, ms]) => ms > 0));
    if (clock.now() >= deadline || signal?.aborted === true) return undefined;
    await sleep(clock, LOOK_PAUSE_MS);
  }
}

interface Awaited {
  readonly before: ReadonlySet<string>;
  readonly deadline: number;
  /** There is time left to pass, which may bring what lacks. */
  readonly isPassing: boolean;
}

/** True once all that happens then in virtual time has happened; false once nothing more comes. */
async function untilHappened(
  dialogue: Dialogue,
  { counts }: Leg,
  { before, deadline, isPassing }: Awaited,
  { clock, quietMs, signal }: Patience,
): Promise<boolean> {
  let count = -1;
  let newestAt = clock.now();
  for (;;) {
    const since = dialogue.since(before);
    if (counts.size > 0 && happenedAll(since, counts)) return true;
    const now = clock.now();
    if (since.length !== count) newestAt = now;
    count = since.length;
    const hasBegun = counts.size === 0 || since.some(({ type }) => type === 'timer.fired');
    const isQuiet = isPassing && hasBegun && now - newestAt >= quietMs;
    if (isQuiet || now >= deadline || signal?.aborted === true) return false;
    await sleep(clock, LOOK_PAUSE_MS);
    await lookBefore(deadline, dialogue, clock);
  }
}
