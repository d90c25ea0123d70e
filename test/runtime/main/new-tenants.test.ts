import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TenantName } from '../../../channels/brands.ts';
import { registeredSchemas } from '../../../channels/registered-schemas.ts';
import { createEmbeddedBroker, type EmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import type { BrokerAdmin } from '../../../runtime/broker/port.ts';
import { loadConfiguration } from '../../../runtime/config/load.ts';
import { createTenant } from '../../../runtime/events/tenant.ts';
import { tenantAdmin } from '../../../runtime/http/tenant-admin.ts';
import { createLog } from '../../../runtime/log.ts';
import { NewTenants } from '../../../runtime/main/new-tenants.ts';
import { Tenants } from '../../../runtime/main/tenants.ts';
import type { Store } from '../../../runtime/store/port.ts';
import { Membership } from '../../../runtime/workers/membership.ts';
import { until } from '../../connectors/until.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { hurriedClock } from '../workers/crew.ts';

const DEMO = 'demo' as TenantName;
const ACME = 'acme' as TenantName;
const PARTITIONS = 4;

const log = createLog({ level: 'error', format: 'json', output: { write: () => true } });

describe('Tenants that are created while processes run', () => {
  const folder = temporaryFolder();
  const closers: (() => Promise<void>)[] = [];
  let broker: EmbeddedBroker;

  before(async () => {
    broker = await createEmbeddedBroker({ folder: join(folder.path, 'broker') });
    await createTenant(broker.admin, DEMO, PARTITIONS);
  });

  after(async () => {
    await Promise.all(closers.map((close) => close()));
    await broker.close();
    folder.remove();
  });

  /** What a process with the role `engine` works for, in a data folder of its own. */
  const startWorker = async (name: string): Promise<Tenants> => {
    const { configuration } = loadConfiguration({
      environment: { PARLANCE_DATA_FOLDER: join(folder.path, name), PARLANCE_ROLES: 'engine' },
    });
    const self = { name, incarnation: randomUUID() };
    const workers = new Membership({ broker, clock: hurriedClock, log, self });
    const tenants = new Tenants({
      ...{ configuration, log, clock: hurriedClock, broker, workers, defaultTenant: DEMO },
      ...{ definitions: [], registered: registeredSchemas({}), roles: { engine: true, edge: false, sink: false } },
      // A worker never asks them.
      store: {} as Store,
      loadShedder: { check: () => undefined },
    });
    await tenants.hearMarks();
    await tenants.takeOthers();
    closers.push(async () => {
      await tenants.close();
      await workers.close();
    });
    return tenants;
  };

  it('are taken on by every process, which share their partitions', async () => {
    const workers = await Promise.all(['one', 'two'].map(startWorker));
    expect(workers.map(({ all }) => [...all.keys()])).to.deep.equal([[DEMO], [DEMO]]);

    // As `parlance tenants create` does in a process of its own, with nobody told.
    await tenantAdmin(broker, { growthFolder: folder.path }).create(ACME, PARTITIONS);
    const owned = (): number[] => workers.map(({ all }) => all.get(ACME)?.engine?.owned ?? 0);
    await until('both to own their part', () => owned().every((count) => count === PARTITIONS / 2), 10_000);
  });

  describe('on a broker that others use too', () => {
    const partitions = new Map<string, number>();
    const asked: string[] = [];
    const taken: string[] = [];
    const admin: Pick<BrokerAdmin, 'tenants' | 'partitions'> = {
      tenants: () => Promise.resolve(['public', '_parlance', 'half-made', 'broken', 'acme']),
      partitions: (topic) => {
        const tenant = topic.split('/')[2] ?? '';
        asked.push(tenant);
        return Promise.resolve(partitions.get(tenant) ?? 0);
      },
    };
    let now = 0;
    const tenants = new NewTenants({
      ...{ admin, log, clock: { ...hurriedClock, now: () => now as ReturnType<typeof hurriedClock.now> } },
      isTaken: (name) => taken.includes(name),
      take: (name) => {
        if (name === 'broken') return Promise.reject(new Error('its definitions cannot be read'));
        taken.push(name);
        return Promise.resolve();
      },
    });

    it('are not what is nobody’s or incomplete, and one that fails does not stop the others', async () => {
      partitions.set('acme', 2).set('broken', 2);
      await tenants.look();
      expect(asked).to.deep.equal(['acme', 'broken', 'half-made']);
      expect(taken).to.deep.equal(['acme']);
    });

    it('are tried again, less and less often, until they are complete', async () => {
      asked.length = 0;
      for (now = 0; now < 120_000; now += 2_000) await tenants.look();
      expect(asked.filter((name) => name === 'half-made')).to.have.length.within(5, 8);
      partitions.set('half-made', 2);
      now += 60_000;
      await tenants.look();
      expect(taken).to.deep.equal(['acme', 'half-made']);
    });
  });
});
