import { channelTopic, partitionTopic } from '../../../channels/topics.ts';
import { TENANT } from '../founding.ts';
import type { Home } from '../home.ts';
import { workForTenant } from './tenants.ts';

/** Takes in what people write and the shop tells. */
export async function gateway(home: Home): Promise<void> {
  const { world, process, link } = home;
  const modules = world.instances.gateway;
  const tenants = await workForTenant(home, modules, async ({ isHeld }) => {
    const partitions = await modules.tenantPartitions(link.admin, TENANT);
    const publisher = modules.createPublisher(link, TENANT, partitions, {
      ...{ source: '/gateway', now: () => process.clock.now(), newId: () => world.newId() },
    });
    const leave = world.incoming.serve(async (incoming) => {
      if (isHeld()) throw new Error('the tenant is held');
      if ('event' in incoming) await publisher.publish(incoming.channel, incoming.event);
      else {
        const topic = partitionTopic(channelTopic(TENANT, incoming.channel), 0);
        const producer = await link.createProducer({ topic });
        await producer.send(incoming.message).finally(() => producer.close());
      }
    });
    process.onDeath(leave);
    return {
      close: async () => {
        leave();
        await publisher.close();
      },
    };
  });
  home.stop = () => tenants.close();
}
