/** The product's modules, once for each simulated process: see loader.ts. */
import type * as BrokerModule from '../../runtime/broker/embedded/broker.ts';
import type * as HostModule from '../../runtime/connectors/host.ts';
import type * as EngineModule from '../../runtime/engine/engine.ts';
import type * as NapTableModule from '../../runtime/engine/nap-table.ts';
import type * as DeadLettersModule from '../../runtime/events/dead-letters.ts';
import type * as PublisherModule from '../../runtime/events/publisher.ts';
import type * as SinkModule from '../../runtime/store/sink/sink.ts';
import type * as MembershipModule from '../../runtime/workers/membership.ts';

type WorkerModules = typeof EngineModule & typeof MembershipModule & typeof NapTableModule;

/** Everything that there can be: loaded before a world begins, since loading takes as long as it takes. */
export interface Instances {
  readonly broker: typeof BrokerModule;
  readonly workers: ReadonlyMap<string, WorkerModules>;
  readonly connectors: typeof HostModule & typeof PublisherModule & typeof DeadLettersModule;
  readonly store: typeof SinkModule;
  readonly gateway: typeof PublisherModule;
}

/** `plant`: a bug that they all have. */
export async function loadInstances(workers: readonly string[], plant: string | undefined): Promise<Instances> {
  const instance = async <Module>(path: string, process: string): Promise<Module> => {
    const query = `process=${process}${plant === undefined ? '' : `&plant=${plant}`}`;
    return (await import(`../../runtime/${path}?${query}`)) as Module;
  };
  const ofWorkers = new Map<string, WorkerModules>();
  for (const worker of workers) {
    ofWorkers.set(worker, {
      ...(await instance<typeof EngineModule>('engine/engine.ts', worker)),
      ...(await instance<typeof NapTableModule>('engine/nap-table.ts', worker)),
      ...(await instance<typeof MembershipModule>('workers/membership.ts', worker)),
    });
  }
  return {
    workers: ofWorkers,
    broker: await instance('broker/embedded/broker.ts', 'broker'),
    connectors: {
      ...(await instance<typeof HostModule>('connectors/host.ts', 'connectors')),
      ...(await instance<typeof PublisherModule>('events/publisher.ts', 'connectors')),
      ...(await instance<typeof DeadLettersModule>('events/dead-letters.ts', 'connectors')),
    },
    store: await instance('store/sink/sink.ts', 'store'),
    gateway: await instance('events/publisher.ts', 'gateway'),
  };
}
