/** When something happened in the time of a person for whom time passes: the store has the platform's. */
import type { Millis } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import type { Moment } from '../../dsl/scenario/live/comparison.ts';
import { PASSED } from './own-time.ts';

/**
 * Between two actions a platform takes its time, which virtual time does not know: by so much an event may come later
 * there. `begun`: when the scenario begins. Undefined where no time passed for the person before.
 */
export function momentOf(event: Event, events: readonly Event[], begun: Millis): Moment | undefined {
  const before = events.slice(0, events.indexOf(event));
  const passed = before.filter(({ type, subject }) => type === PASSED && subject === event.subject);
  const [first] = passed;
  const newest = passed.at(-1);
  if (!first || !newest) return undefined;
  const own = timeOf(event) + ownTimeIn(newest) - timeOf(newest);
  const tookMs = timeOf(event) - timeOf(first);
  // Clocks here and there differ, and it took a while until it began.
  const skewMs = ownTimeIn(first) - begun;
  return { own, earliest: own - tookMs - Math.max(0, skewMs), latest: own + Math.max(0, -skewMs) };
}

function timeOf({ time }: Event): number {
  return Date.parse(time);
}

function ownTimeIn({ data }: Event): number {
  return Date.parse((data as { readonly now: string }).now);
}
