/** The product's modules, once for each simulated process: see loader.ts. */
import type * as BrokerModule from '../../runtime/broker/embedded/broker.ts';
import type * as HostModule from '../../runtime/connectors/host.ts';
import type * as EngineModule from '../../runtime/engine/engine.ts';
import type * as MachineTableModule from '../../runtime/engine/machine-table.ts';
import type * as NapTableModule from '../../runtime/engine/nap-table.ts';
import type * as DeadLettersModule from '../../runtime/events/dead-letters.ts';
import type * as PublisherModule from '../../runtime/events/publisher.ts';
import type * as TenantModule from '../../runtime/events/tenant.ts';
import type * as GrowTenantModule from '../../runtime/growth/grow-tenant.ts';
import type * as OperatorRoutesModule from '../../runtime/main/operator-routes.ts';
import type * as SendingModule from '../../runtime/main/sending.ts';
import type * as TenantsModule from '../../runtime/main/tenants.ts';
import type * as SinkModule from '../../runtime/store/sink/sink.ts';
import type * as MembershipModule from '../../runtime/workers/membership.ts';

/** Of every process that works for the tenant. */
type Base = typeof TenantsModule & typeof TenantModule;

type WorkerModules = Base & typeof EngineModule & typeof MembershipModule & typeof NapTableModule;

type Operator = Base &
  typeof PublisherModule &
  typeof MachineTableModule &
  typeof SendingModule &
  typeof OperatorRoutesModule &
  typeof GrowTenantModule;

/** Everything that there can be: loaded before a world begins, since loading takes as long as it takes. */
export interface Instances {
  readonly broker: typeof BrokerModule;
  readonly workers: ReadonlyMap<string, WorkerModules>;
  readonly connectors: Base & typeof HostModule & typeof PublisherModule & typeof DeadLettersModule;
  readonly store: Base & typeof SinkModule;
  readonly gateway: Base & typeof PublisherModule;
  readonly operator: Operator;
}

/** `plant`: a bug that they all have. */
export async function loadInstances(workers: readonly string[], plant: string | undefined): Promise<Instances> {
  const instance = async <Module>(path: string, process: string): Promise<Module> => {
    const query = `process=${process}${plant === undefined ? '' : `&plant=${plant}`}`;
    return (await import(`../../runtime/${path}?${query}`)) as Module;
  };
  const base = async (process: string): Promise<Base> => ({
    ...(await instance<typeof TenantsModule>('main/tenants.ts', process)),
    ...(await instance<typeof TenantModule>('events/tenant.ts', process)),
  });
  const ofWorkers = new Map<string, WorkerModules>();
  for (const worker of workers) {
    ofWorkers.set(worker, {
      ...(await base(worker)),
      ...(await instance<typeof EngineModule>('engine/engine.ts', worker)),
      ...(await instance<typeof NapTableModule>('engine/nap-table.ts', worker)),
      ...(await instance<typeof MembershipModule>('workers/membership.ts', worker)),
    });
  }
  return {
    workers: ofWorkers,
    broker: await instance('broker/embedded/broker.ts', 'broker'),
    connectors: {
      ...(await base('connectors')),
      ...(await instance<typeof HostModule>('connectors/host.ts', 'connectors')),
      ...(await instance<typeof PublisherModule>('events/publisher.ts', 'connectors')),
      ...(await instance<typeof DeadLettersModule>('events/dead-letters.ts', 'connectors')),
    },
    store: { ...(await base('store')), ...(await instance<typeof SinkModule>('store/sink/sink.ts', 'store')) },
    gateway: {
      ...(await base('gateway')),
      ...(await instance<typeof PublisherModule>('events/publisher.ts', 'gateway')),
    },
    operator: {
      ...(await base('operator')),
      ...(await instance<typeof PublisherModule>('events/publisher.ts', 'operator')),
      ...(await instance<typeof MachineTableModule>('engine/machine-table.ts', 'operator')),
      ...(await instance<typeof SendingModule>('main/sending.ts', 'operator')),
      ...(await instance<typeof OperatorRoutesModule>('main/operator-routes.ts', 'operator')),
      ...(await instance<typeof GrowTenantModule>('growth/grow-tenant.ts', 'operator')),
    },
  };
}
