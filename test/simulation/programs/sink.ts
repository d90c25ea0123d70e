import { TENANT } from '../founding.ts';
import type { Home } from '../home.ts';
import { Connection } from '../peer.ts';
import { workForTenant } from './tenants.ts';

/** Small, so that there are many batches. */
const LIMITS = { rows: 30, lingerMs: 150 };

export async function sink(home: Home): Promise<void> {
  const { world, process, link, log } = home;
  const modules = world.instances.store;
  const store = world.clickhouse.seenBy(new Connection(process, world.scheduler));
  const tenants = await workForTenant(home, modules, () => {
    const part = new modules.Sink({ broker: link, store, tenant: TENANT, log, clock: process.clock, limits: LIMITS });
    return Promise.resolve({ close: () => part.stop() });
  });
  home.stop = () => tenants.close();
}
