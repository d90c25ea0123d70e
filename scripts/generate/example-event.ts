import type { EventId } from '../../channels/brands.ts';
import { CATALOGUE, type CatalogueEntry } from '../../channels/catalogue.ts';
import { contactKeyOf, parseAddress } from '../../channels/contact-key.ts';
import { formatSequence, type Event } from '../../channels/event.ts';

/** A whole, valid event around a catalogue entry's example. */
export function exampleEvent({ type, channel, example }: CatalogueEntry): Event {
  const contact = contactKeyOf(parseAddress('+12125550123'));
  return {
    specversion: '1.0',
    id: 'e-1' as EventId,
    source: '/engine/acme/3/0',
    type,
    time: '2026-03-06T14:00:00.000Z',
    datacontenttype: 'application/json',
    ...(CATALOGUE[channel].key === 'contact' ? { subject: contact, partitionkey: contact } : {}),
    sequence: formatSequence(41),
    data: example,
  };
}
