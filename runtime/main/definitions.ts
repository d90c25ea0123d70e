import type { TenantName } from '../../channels/brands.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import type { Machines } from '../../dsl/step/contract.ts';
import type { Broker } from '../broker/port.ts';
import { publishMachines } from '../engine/machine-table.ts';
import type { Publisher } from '../events/publisher.ts';
import type { Log } from '../log.ts';

/** Puts into force what differs from what is, and states it on the channel `definitions`. */
export async function publishDefinitions(
  { broker, tenant, publisher, log }: DefinitionsTarget,
  machines: readonly Machine[],
  known: Machines,
): Promise<void> {
  for (const { name, version, hash } of await publishMachines(broker, tenant, machines, known)) {
    const data = { definition: name, version, machine: hash };
    await publisher.publish('definitions', { type: 'definition.published', data, partitionkey: name });
    await publisher.publish('definitions', { type: 'definition.activated', data, partitionkey: name });
    log.info({ tenant, definition: name, version }, 'definition activated');
  }
}

export interface DefinitionsTarget {
  readonly broker: Broker;
  readonly tenant: TenantName;
  readonly publisher: Publisher;
  readonly log: Log;
}
