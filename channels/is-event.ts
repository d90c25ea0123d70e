import type { Event } from './event.ts';
import type { EventOf, EventType } from './generated/events.ts';

/** Narrows an event that has been validated, or that the platform itself has written, to its type's `data`. */
export function isEvent<Type extends EventType>(event: Event, type: Type): event is EventOf<Type> & Event {
  return event.type === type;
}
