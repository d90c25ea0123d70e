/** Events of a shop, all at one time: what tests of values and of the router let happen. */
import type { EventId, Millis } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';

export const NOW: Millis = Date.parse('2026-03-02T09:00:00Z') as Millis;

export function shopEvent(type: string, data: unknown, id = 's1'): Event {
  return {
    specversion: '1.0',
    id: id as EventId,
    source: '/shop',
    type,
    time: new Date(NOW).toISOString(),
    data,
  };
}
