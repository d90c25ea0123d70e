import { expect } from 'chai';
import type { TenantName } from '../../../channels/brands.ts';
import { CHANNELS, channelTopic, deadLetterTopic, ENGINE_TOPICS, engineTopic } from '../../../channels/topics.ts';
import { createEmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import type { Broker, BrokerAdmin } from '../../../runtime/broker/port.ts';
import { createTenant, parseTenantName, tenantPartitions } from '../../../runtime/events/tenant.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

describe('createTenant', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let broker: Broker;

  beforeEach(async () => {
    folder = temporaryFolder();
    broker = await createEmbeddedBroker({ folder: folder.path });
  });

  afterEach(async () => {
    await broker.close();
    folder.remove();
  });

  const code = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => (error as { readonly code: unknown }).code,
    );

  it('creates every channel and every engine topic, with as many partitions as each needs', async () => {
    const tenant = await createTenant(broker.admin, 'acme', 4);
    expect(await broker.admin.tenants()).to.deep.equal(['acme']);
    for (const channel of CHANNELS) {
      expect(await broker.admin.partitions(channelTopic(tenant, channel)), channel).to.equal(4);
    }
    for (const topic of ENGINE_TOPICS) {
      const partitions = topic === 'machines' || topic === 'sink' ? 1 : 4;
      expect(await broker.admin.partitions(engineTopic(tenant, topic)), topic).to.equal(partitions);
    }
    expect(await broker.admin.partitions(deadLetterTopic(tenant))).to.equal(1);
    expect(await tenantPartitions(broker.admin, tenant)).to.equal(4);
  });

  it('may be called again, and keeps the number of partitions', async () => {
    await createTenant(broker.admin, 'acme', 2);
    await createTenant(broker.admin, 'acme', 2);
    expect(await code(createTenant(broker.admin, 'acme', 3))).to.equal('partitions-differ');
    expect(await tenantPartitions(broker.admin, 'acme' as TenantName)).to.equal(2);
  });

  it('knows a tenant only once it is complete, and completes one that broke off', async () => {
    const { admin } = broker;
    let left = 12;
    const breaking: BrokerAdmin = new Proxy(admin, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...parameters: readonly unknown[]) => Promise<unknown>;
        return (...parameters: readonly unknown[]) =>
          left-- > 0 ? method.apply(target, [...parameters]) : Promise.reject(new Error('broke off'));
      },
    });
    let attempts = 0;
    for (; ; attempts++) {
      const failure = await createTenant(breaking, 'acme', 2).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure === undefined) break;
      expect(await code(tenantPartitions(admin, 'acme' as TenantName))).to.equal('tenant-unknown');
      left = 12 * (attempts + 2);
    }
    expect(attempts).to.be.greaterThan(1);
    expect(await tenantPartitions(admin, 'acme' as TenantName)).to.equal(2);
  });

  it('grants every role every namespace', async () => {
    const granted: string[] = [];
    const admin: BrokerAdmin = new Proxy(broker.admin, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...parameters: readonly unknown[]) => Promise<unknown>;
        return (...parameters: readonly unknown[]) => {
          if (name === 'grantPermission') granted.push(parameters.join(' '));
          return method.apply(target, [...parameters]);
        };
      },
    });
    await createTenant(admin, 'acme', 1, ['platform']);
    expect(granted).to.have.members(['engine', ...CHANNELS].map((namespace) => `acme ${namespace} platform`));
  });

  for (const name of ['', 'Acme', '1acme', 'a_b', 'a/b', 'a'.repeat(64), 'public', 'pulsar']) {
    it(`refuses the name "${name.slice(0, 10)}"`, () => {
      expect(() => parseTenantName(name))
        .to.throw()
        .with.property('code', 'tenant-name-invalid');
    });
  }

  for (const partitions of [0, -1, 1.5, 1025, Number.NaN]) {
    it(`refuses ${partitions} partitions`, async () => {
      expect(await code(createTenant(broker.admin, 'acme', partitions))).to.equal('tenant-partitions-invalid');
      expect(await broker.admin.tenants()).to.deep.equal([]);
    });
  }
});
