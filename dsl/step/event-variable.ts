import type { Event } from '../../channels/event.ts';

/** `event` as expressions see it. Its data has no schema yet: a JSON number in it is a double. */
export function eventVariable(event: Event): object {
  return { id: event.id, type: event.type, source: event.source, time: new Date(event.time), data: event.data };
}
