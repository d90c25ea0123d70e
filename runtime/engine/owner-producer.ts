import type { Broker, Producer } from '../broker/port.ts';

/**
 * An owner's producer on a topic of its partition. Where the broker can, it fences off whoever owned the partition
 * before. Elsewhere records tell by their epoch whether they count; to lock a name too would only make the next owner
 * wait for as long as a stalled one is connected.
 */
export function openOwnerProducer(
  broker: Pick<Broker, 'capabilities' | 'createProducer'>,
  topic: string,
): Promise<Producer> {
  if (!broker.capabilities.fencing) return broker.createProducer({ topic });
  return broker.createProducer({ topic, name: `owner of ${topic}`, accessMode: 'ExclusiveWithFencing' });
}
