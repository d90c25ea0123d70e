import { PLAIN_CODEC } from '../../../channels/codec.ts';
import { route } from '../../../dsl/step/route.ts';
import { TENANT } from '../founding.ts';
import type { Home } from '../home.ts';
import { simulatedStep } from '../simulated-step.ts';
import { workForTenant } from './tenants.ts';

/** Few, so that there are checkpoints. */
const CHECKPOINT_RECORDS = 12;
/** As few as come between two inputs. */
const PASSED_OVER_MAX = 3;

export async function worker(home: Home): Promise<void> {
  const { name, world, process, link, log, folder } = home;
  const modules = world.instances.workers.get(name);
  if (!modules) throw new Error(`there is no worker "${name}"`);
  const { clock } = process;
  const newId = (): string => world.newId();
  const self = { name, incarnation: newId() };
  const workers = world.shape.isShared ? new modules.Membership({ broker: link, clock, log, self }) : undefined;
  const { restAfterMs } = world.shape;
  const rest =
    restAfterMs === undefined ? undefined : { afterMs: restAfterMs, naps: new modules.NapTable(`${folder}/naps`) };
  const tenants = await workForTenant(
    home,
    modules,
    async ({ isHeld, admit }) => {
      const partitions = await modules.tenantPartitions(link.admin, TENANT);
      return modules.Engine.start({
        ...{ broker: link, tenant: TENANT, partitions, codec: PLAIN_CODEC, clock, log, newId, worker: name },
        ...{
          step: simulatedStep,
          route,
          stateFolder: `${folder}/state`,
          checkpointRecords: CHECKPOINT_RECORDS,
          passedOverMax: PASSED_OVER_MAX,
        },
        gate: { isHeld, admit: () => admit(partitions) },
        ...(workers && { workers }),
        rest,
      });
    },
    workers,
  );
  home.stop = async () => {
    await tenants.close();
    await workers?.close();
  };
}
