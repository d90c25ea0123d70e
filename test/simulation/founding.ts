import type { TenantName } from '../../channels/brands.ts';
import { sendPublications } from '../../runtime/definitions/publication.ts';
import { PublishedDefinitions, publicationsOf } from '../../runtime/definitions/published.ts';
import { createTenant } from '../../runtime/events/tenant.ts';
import { simulatedMachines } from './definitions.ts';
import { disks, type DiskSnapshot } from './disks.ts';
import type { Instances } from './instances.ts';
import { Process } from './process.ts';
import { Random } from './random.ts';
import { Scheduler } from './scheduler.ts';

export const TENANT = 'acme' as TenantName;

/** Monday noon: virtual time begins here. */
export const START_MS: number = Date.UTC(2026, 2, 2, 12);

const founded = new Map<number, DiskSnapshot>();

/** What the broker's disk holds when a tenant was created and its definitions published: always the same, so made once. */
export async function foundedDisk(
  { broker: { createEmbeddedBroker } }: Instances,
  partitions: number,
): Promise<DiskSnapshot> {
  const known = founded.get(partitions);
  if (known) return known;
  disks.restore(new Map());
  const scheduler = new Scheduler(new Random(partitions, 'founding'), START_MS);
  const process = new Process('broker', scheduler, () => undefined);
  const broker = await createEmbeddedBroker({ folder: '/broker', clock: process.clock });
  let isDone = false;
  const create = async (): Promise<void> => {
    await createTenant(broker.admin, TENANT, partitions);
    const nothing = new PublishedDefinitions();
    const publications = simulatedMachines().flatMap((machine) => publicationsOf(machine, nothing, 'command'));
    await sendPublications(broker, TENANT, publications);
    isDone = true;
  };
  const creating = create();
  await scheduler.run(() => isDone);
  await creating;
  process.kill();
  const snapshot = disks.snapshot();
  founded.set(partitions, snapshot);
  return snapshot;
}
