import { USUAL_PER_SECOND } from '../../dsl/limits.ts';
import { MAIN } from '../../dsl/machine/machine.ts';
import { formatDuration } from '../../dsl/text/format-duration.ts';
import { formatTimeOfDay } from '../../dsl/text/local-time.ts';
import { readAudience, type Audience } from '../broadcasts/audience.ts';
import { emptinessOf } from '../broadcasts/audience-report.ts';
import type { Broadcasts } from '../broadcasts/broadcasts.ts';
import { BroadcastError } from '../broadcasts/errors.ts';
import type { Clock } from '../clock.ts';
import type { ContactLists } from '../lists/lists.ts';
import { MAX_LATE_MS } from './limits.ts';
import { broadcastNameOf, keyOf, type Occurrence } from './occurrences.ts';

export interface SendOptions {
  readonly broadcasts: Broadcasts;
  readonly lists: ContactLists;
  readonly clock: Clock;
  readonly log: { warn(fields: object, message: string): void };
}

/**
 * Makes an occurrence a broadcast to its list as it is now, or states why it was missed. Repeatable: its name and the
 * source of its events follow from the occurrence.
 */
export async function sendOccurrence(
  { broadcasts, lists, clock, log }: SendOptions,
  occurrence: Occurrence,
): Promise<void> {
  const { machine, start, dueMs } = occurrence;
  const name = broadcastNameOf(occurrence);
  if (broadcasts.has(name)) return;
  const order = {
    ...{ name, source: `/broadcasts/${name}`, machine, audience: start.list },
    perSecond: start.perSecond ?? USUAL_PER_SECOND,
    schedule: { list: start.list, at: formatTimeOfDay(start.at.minutes) },
  };
  const audience = await audienceFor(lists, occurrence, clock.now() - dueMs);
  if (typeof audience !== 'string') {
    await broadcasts.send(order, audience);
    return;
  }
  if (audience === reasonWithoutList(start.list) && isStated(broadcasts, occurrence, audience)) return;
  log.warn({ broadcast: name, reason: audience }, 'a schedule came due, and nobody was targeted');
  await broadcasts.miss(order, dueMs, audience);
}

/** That nobody has put a list is no news when the next occurrence comes due: it is said again once something changed. */
function isStated(broadcasts: Broadcasts, occurrence: Occurrence, reason: string): boolean {
  const earlier = broadcasts.list().filter(({ name }) => name.startsWith(`${keyOf(occurrence)}.`));
  // Their names end with the moment at which they were due.
  const last = earlier.toSorted((one, other) => (one.name < other.name ? -1 : 1)).at(-1);
  return last?.reason === reason && last.machine === occurrence.machine.hash;
}

function reasonWithoutList(list: string): string {
  return `there is no list "${list}": put it with \`parlance lists put ${list} FILE\``;
}

/** A text says why there is none. */
async function audienceFor(
  lists: ContactLists,
  { machine, start: { list: name } }: Occurrence,
  lateMs: number,
): Promise<Audience | string> {
  const list = lists.find(name);
  if (!list) return reasonWithoutList(name);
  if (lateMs > MAX_LATE_MS) return `the platform came to it ${formatDuration(lateMs)} too late`;
  try {
    const inputs = machine.flows[MAIN]?.inputs ?? {};
    const audience = await readAudience(list.csv, { inputs, country: list.country });
    return emptinessOf(audience) ?? audience;
  } catch (error) {
    if (!(error instanceof BroadcastError)) throw error;
    return error.message;
  }
}
