import type { EventId } from '../../channels/brands.ts';
import { CATALOGUE, type CatalogueEntry } from '../../channels/catalogue.ts';
import type { Event } from '../../channels/event.ts';

/** A whole, valid event around a catalogue entry's example. */
export function exampleEvent(entry: CatalogueEntry): Event {
  const contact = 'c-0123456789abcdef0123456789abcdef';
  return {
    specversion: '1.0',
    id: 'e-1' as EventId,
    source: '/test/1',
    type: entry.type,
    time: '2026-03-06T14:00:00.000Z',
    data: entry.example,
    ...(CATALOGUE[entry.channel].key === 'contact' ? { subject: contact, partitionkey: contact } : {}),
    sequence: '0000000000000001',
  };
}
