/** Somebody for whom a test let time pass lived in a time of their own: the store has the platform's. */
import type { Event } from '../../../channels/event.ts';
import type { EventData } from '../../../channels/generated/events.ts';

export const TIME_PASSED = 'probe.time-passed';

/** The event as of the person's own time. `passed`: what let time pass for them, in order. */
export function inOwnTime(event: Event, passed: readonly Event[]): Event {
  const at = Date.parse(event.time);
  // What is of the same millisecond fell due by it.
  const newest = passed.findLast(({ time }) => Date.parse(time) <= at);
  if (!newest) return event;
  const { now } = newest.data as EventData[typeof TIME_PASSED];
  return { ...event, time: new Date(at + Date.parse(now) - Date.parse(newest.time)).toISOString() };
}
