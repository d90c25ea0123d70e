import { expect } from 'chai';
import type { TenantName } from '../../../channels/brands.ts';
import { decodeEvent } from '../../../channels/encode.ts';
import type { Event } from '../../../channels/event.ts';
import {
  CHANNELS,
  channelTopic,
  deadLetterTopic,
  ENGINE_TOPICS,
  engineTopic,
  partitionTopic,
} from '../../../channels/topics.ts';
import { checkEvent } from '../../../channels/validate.ts';
import { createEmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import type { Broker, BrokerAdmin } from '../../../runtime/broker/port.ts';
import { announceTenant } from '../../../runtime/events/announce-tenant.ts';
import { createTenant, parseTenantName, tenantPartitions } from '../../../runtime/events/tenant.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { ManualClock } from '../broker/embedded/manual-clock.ts';
import { stored } from './scene.ts';

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
    let left = 11;
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
      left = 11 * (attempts + 2);
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
    await createTenant(admin, 'acme', 1, { roles: ['platform'] });
    expect(granted).to.have.members(['engine', ...CHANNELS].map((namespace) => `acme ${namespace} platform`));
  });

  it('states once that the tenant was created, also where the creation broke off after the statement', async () => {
    const { admin } = broker;
    const announce = announceTenant(broker, () => Date.UTC(2026, 2, 6));
    const breaking: BrokerAdmin = new Proxy(admin, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...parameters: readonly unknown[]) => Promise<unknown>;
        return (...parameters: readonly unknown[]) =>
          name === 'createPartitionedTopic' && String(parameters[0]).includes('/messaging/')
            ? Promise.reject(new Error('broke off'))
            : method.apply(target, [...parameters]);
      },
    });
    expect(await code(createTenant(breaking, 'acme', 2, { announce }))).to.equal(undefined);
    const statements = async (): Promise<readonly Event[]> => {
      const topics = [0, 1].map((partition) =>
        partitionTopic(channelTopic('acme' as TenantName, 'operations'), partition),
      );
      const messages = await Promise.all(topics.map((topic) => stored(broker, topic)));
      return messages.flat().map(({ payload }) => decodeEvent(payload));
    };
    expect(await statements(), 'before the tenant counts as complete').to.have.length(1);
    await createTenant(admin, 'acme', 2, { announce });
    await createTenant(admin, 'acme', 2, { announce });
    const [first, again, ...more] = await statements();
    expect(more, 'not for a tenant that was complete').to.deep.equal([]);
    expect(again, 'under the same source and sequence, by which consumers drop it').to.deep.equal(first);
    expect(first?.data).to.deep.equal({ tenant: 'acme', partitions: 2 });
    checkEvent(first, 'operations');
  });

  it('keeps whatever is published before its readers first start, however late they are', async () => {
    await broker.close();
    const clock = new ManualClock();
    const aging = await createEmbeddedBroker({ folder: folder.path, clock });
    broker = aging;
    const tenant = await createTenant(aging.admin, 'acme', 1);
    const topics = [
      ...CHANNELS.map((channel) => channelTopic(tenant, channel)),
      ...ENGINE_TOPICS.map((name) => engineTopic(tenant, name)),
      deadLetterTopic(tenant),
    ].map((topic) => partitionTopic(topic, 0));
    for (const topic of topics) {
      const producer = await aging.createProducer({ topic });
      // One chunk each, for the newest chunk always stays.
      for (const text of ['first', 'second']) await producer.send({ payload: Buffer.from(text) });
    }
    clock.advance(365 * 24 * 60 * 60 * 1000);
    await aging.trim();
    for (const topic of topics) {
      expect(
        (await stored(aging, topic)).map(({ payload }) => payload.toString()),
        topic,
      ).to.eql(['first', 'second']);
    }
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
