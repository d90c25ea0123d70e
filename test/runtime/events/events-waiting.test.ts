import { expect } from 'chai';
import type { TenantName } from '../../../channels/brands.ts';
import { channelTopic, engineTopic, partitionTopic } from '../../../channels/topics.ts';
import { createEmbeddedBroker, type EmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import { ENGINE_SUBSCRIPTION } from '../../../runtime/broker/subscriptions.ts';
import { eventsWaiting } from '../../../runtime/events/events-waiting.ts';
import { createTenant } from '../../../runtime/events/tenant.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const TENANT = 'acme' as TenantName;

describe('events that wait for the engine', () => {
  const folder = temporaryFolder();
  let broker: EmbeddedBroker;
  before(async () => {
    broker = await createEmbeddedBroker({ folder: folder.path });
    await createTenant(broker.admin, TENANT, 2);
  });
  after(async () => {
    await broker.close();
    folder.remove();
  });

  const publish = async (topic: string, partition: number): Promise<void> => {
    const producer = await broker.createProducer({ topic: partitionTopic(topic, partition) });
    await producer.send({ payload: Buffer.from('{}') });
    await producer.close();
  };

  it('are those of every partition that a router or the engine has not released', async () => {
    expect(await eventsWaiting(broker.admin, TENANT)).to.equal(0);
    const inbox = engineTopic(TENANT, 'inbox');
    await publish(channelTopic(TENANT, 'external'), 0);
    await publish(channelTopic(TENANT, 'external'), 1);
    await publish(inbox, 1);
    await publish(channelTopic(TENANT, 'messaging'), 0);
    expect(await eventsWaiting(broker.admin, TENANT), 'messages are not the edge’s to refuse').to.equal(3);
    const topic = partitionTopic(inbox, 1);
    const consumer = await broker.subscribe({ topic, subscription: ENGINE_SUBSCRIPTION, type: 'Failover' });
    await consumer.acknowledge((await consumer.receive()).id);
    await consumer.close();
    expect(await eventsWaiting(broker.admin, TENANT)).to.equal(2);
  });
});
