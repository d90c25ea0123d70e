import { registeredSchemas } from '../../../channels/registered-schemas.ts';
import { loadConfiguration } from '../../../runtime/config/load.ts';
import type { Tenants } from '../../../runtime/main/tenants.ts';
import type * as TenantsModule from '../../../runtime/main/tenants.ts';
import type { Workers } from '../../../runtime/workers/workers.ts';
import { TENANT } from '../founding.ts';
import type { Home } from '../home.ts';
import { partsOf, type OpenPart } from '../look-alikes/tenant.ts';
import { Connection } from '../peer.ts';

const { configuration } = loadConfiguration({ file: '/dev/null', environment: {} });

/** Runs a part of the tenant for as long, and on as many partitions, as its growth lets it. */
export async function workForTenant(
  { link, world, process, log, folder }: Home,
  modules: typeof TenantsModule,
  open: OpenPart,
  workers?: Workers,
): Promise<Tenants> {
  partsOf.set(link, open);
  const tenants = new modules.Tenants({
    ...{ configuration: { ...configuration, dataFolder: folder }, log, clock: process.clock, broker: link, workers },
    store: world.clickhouse.seenBy(new Connection(process, world.scheduler)),
    roles: { engine: workers !== undefined, edge: false, sink: false },
    loadShedder: { check: () => undefined },
    ...{ defaultTenant: TENANT, definitions: [], registered: registeredSchemas({}) },
  });
  await tenants.hearMarks();
  await tenants.take(TENANT);
  return tenants;
}
