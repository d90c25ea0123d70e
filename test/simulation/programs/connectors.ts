import { CARRIER, carrierConnector, shopConnector } from '../carrier.ts';
import { TENANT } from '../founding.ts';
import type { Home } from '../home.ts';
import { Connection } from '../peer.ts';
import { workForTenant } from './tenants.ts';

export async function connectors(home: Home): Promise<void> {
  const { world, process, link, log, folder } = home;
  const modules = world.instances.connectors;
  const { createConnectors, createPublisher, createDeadLetters } = modules;
  const outside = new Connection(process, world.scheduler);
  const clock = { now: () => process.clock.now(), newId: () => world.newId() };
  const tenants = await workForTenant(home, modules, async ({ isHeld }) => {
    const partitions = await modules.tenantPartitions(link.admin, TENANT);
    const operations = createPublisher(link, TENANT, partitions, { source: '/operations', ...clock });
    const deadLetters = createDeadLetters(link, TENANT, operations);
    const running = createConnectors(
      {
        ...{
          broker: link,
          tenant: TENANT,
          partitions,
          folder: `${folder}/connectors`,
          clock: process.clock,
          log,
          isHeld,
        },
        createPublisher: (source, statements) =>
          createPublisher(link, TENANT, partitions, { source, statements, ...clock }),
        deadLetter: deadLetters.put,
      },
      {
        [CARRIER]: (host) => carrierConnector(host, world.outside, outside),
        shop: (host) => shopConnector(host, world.outside, outside),
      },
    );
    await running.start();
    return {
      close: async () => {
        await running.stop();
        await deadLetters.close();
        await operations.close();
      },
    };
  });
  home.stop = () => tenants.close();
}
