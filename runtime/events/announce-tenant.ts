import type { EventId, TenantName } from '../../channels/brands.ts';
import { encodeEvent, routingKey } from '../../channels/encode.ts';
import { formatSequence, type Event } from '../../channels/event.ts';
import { partitionOf } from '../../channels/partition.ts';
import { channelTopic, partitionTopic } from '../../channels/topics.ts';
import type { Broker } from '../broker/port.ts';
import type { CreateTenantOptions } from './tenant.ts';

/**
 * States `tenant.created` on the tenant's own channel `operations`. A creation that is completed after a crash states
 * it again under the same source and sequence, so that every consumer takes it once. `now`: in milliseconds.
 */
export function announceTenant(
  broker: Pick<Broker, 'createProducer'>,
  now: () => number,
): NonNullable<CreateTenantOptions['announce']> {
  return async (tenant, partitions) => {
    const event = statementOf(tenant, partitions, now());
    const topic = partitionTopic(channelTopic(tenant, 'operations'), partitionOf(routingKey(event), partitions));
    const producer = await broker.createProducer({ topic });
    try {
      await producer.send(encodeEvent(event));
    } finally {
      await producer.close();
    }
  };
}

function statementOf(tenant: TenantName, partitions: number, nowMs: number): Event {
  const source = `/tenants/${tenant}`;
  return {
    specversion: '1.0',
    id: `${source}/created` as EventId,
    source,
    type: 'tenant.created',
    time: new Date(nowMs).toISOString(),
    datacontenttype: 'application/json',
    sequence: formatSequence(0),
    data: { tenant, partitions },
  };
}
