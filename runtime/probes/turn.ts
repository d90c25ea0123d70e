/** One process of an installation probes at a time: an exclusive producer that sends nothing is the token. */
import type { TenantName } from '../../channels/brands.ts';
import { partitionTopic, probeTopic } from '../../channels/topics.ts';
import type { Broker } from '../broker/port.ts';
import { BrokerError } from '../broker/errors.ts';

/** False where another process has its turn: then nothing was done. */
export async function inTurn(broker: Broker, tenant: TenantName, work: () => Promise<void>): Promise<boolean> {
  const topic = probeTopic(tenant);
  await broker.admin.createPartitionedTopic(topic, 1);
  const token = { topic: partitionTopic(topic, 0), name: `${tenant}-probe`, accessMode: 'Exclusive' as const };
  let producer;
  try {
    producer = await broker.createProducer(token);
  } catch (error) {
    if (error instanceof BrokerError && error.code === 'producer-busy') return false;
    throw error;
  }
  try {
    await work();
    return true;
  } finally {
    await producer.close();
  }
}
