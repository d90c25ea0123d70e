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
    const data = { tenant, partitions };
    await state(broker, tenant, partitions, statementOf(tenant, { what: 'created', sequence: 0, data, nowMs: now() }));
  };
}

/**
 * States `tenant.grown`. Repeatable, as above: a tenant has each number of partitions once, and never fewer, so that the
 * number is its place in the source.
 */
export async function announceGrowth(
  broker: Pick<Broker, 'createProducer'>,
  tenant: TenantName,
  { from, to, nowMs }: { readonly from: number; readonly to: number; readonly nowMs: number },
): Promise<void> {
  const data = { tenant, before: from, partitions: to };
  const what = `grown-to-${to.toString()}`;
  await state(broker, tenant, to, statementOf(tenant, { what, type: 'grown', sequence: to, data, nowMs }));
}

async function state(
  broker: Pick<Broker, 'createProducer'>,
  tenant: TenantName,
  partitions: number,
  event: Event,
): Promise<void> {
  const topic = partitionTopic(channelTopic(tenant, 'operations'), partitionOf(routingKey(event), partitions));
  const producer = await broker.createProducer({ topic });
  try {
    await producer.send(encodeEvent(event));
  } finally {
    await producer.close();
  }
}

interface Statement {
  /** The last part of its id. */
  readonly what: string;
  /** Default: `what`. */
  readonly type?: string;
  readonly sequence: number;
  readonly data: object;
  readonly nowMs: number;
}

function statementOf(tenant: TenantName, { what, type = what, sequence, data, nowMs }: Statement): Event {
  const source = `/tenants/${tenant}`;
  return {
    specversion: '1.0',
    id: `${source}/${what}` as EventId,
    source,
    type: `tenant.${type}`,
    time: new Date(nowMs).toISOString(),
    datacontenttype: 'application/json',
    sequence: formatSequence(sequence),
    data,
  };
}
