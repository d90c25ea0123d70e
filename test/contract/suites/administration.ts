import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { partitionTopic } from '../../../channels/topics.ts';
import type { Suite } from '../driver.ts';
import { newPartition, newTopic, payloads, publish, rejectsWith, take, texts } from '../scene.ts';

const AdminIsIdempotent: Suite = {
  define(stage) {
    it('creates tenant, namespace, topic, permission and subscription twice without complaint', async () => {
      const { admin } = stage().broker;
      const tenant = `contract-${randomBytes(6).toString('hex')}`;
      const topic = `persistent://${tenant}/timers/events`;
      for (const timeMinutes of [60, 120]) {
        await admin.createTenant(tenant);
        await admin.createNamespace(tenant, 'timers', { timeMinutes, sizeMb: 512 });
        await admin.createPartitionedTopic(topic, 2);
        await admin.grantPermission(tenant, 'timers', 'engine');
        await admin.createSubscription(partitionTopic(topic, 1), 'engine', 'Earliest');
      }
      expect(await admin.tenants()).to.include(tenant);
      expect(await admin.partitions(topic)).to.equal(2);
      expect(Object.keys((await admin.stats(partitionTopic(topic, 1))).backlog)).to.deep.equal(['engine']);
      expect((await admin.stats(partitionTopic(topic, 0))).backlog).to.deep.equal({});
    });

    it('answers a ping', async () => {
      await stage().broker.admin.ping();
    });
  },
};

const PartitionsDiffer: Suite = {
  define(stage) {
    it('keeps the count of an existing topic and refuses another', async () => {
      const { broker } = stage();
      const topic = await newTopic(broker, 3);
      await rejectsWith(broker.admin.createPartitionedTopic(topic, 4), 'partitions-differ');
      expect(await broker.admin.partitions(topic)).to.equal(3);
    });

    it('counts no partitions where there is no topic', async () => {
      const { broker } = stage();
      const topic = await newTopic(broker);
      expect(await broker.admin.partitions(topic.replace('/events', '/nothing'))).to.equal(0);
    });
  },
};

const LastMessageId: Suite = {
  define(stage) {
    it('is the newest message of the partition, and undefined while there is none', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      expect(await broker.admin.lastMessageId(topic)).to.equal(undefined);
      const ids = await publish(broker, topic, texts(3));
      expect(await broker.admin.lastMessageId(topic)).to.equal(ids[2]);
    });
  },
};

const CreatedSubscriptionHoldsMessages: Suite = {
  define(stage) {
    it('starts where it was created, whenever its consumer comes', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker, { timeMinutes: 0, sizeMb: 0 });
      await broker.admin.createSubscription(topic, 'all', 'Earliest');
      await publish(broker, topic, ['first']);
      await broker.admin.createSubscription(topic, 'rest', 'Latest');
      await publish(broker, topic, ['second']);
      const all = await broker.subscribe({ topic, subscription: 'all', type: 'Exclusive', initialPosition: 'Latest' });
      expect(payloads(await take(all, 2))).to.deep.equal(['first', 'second']);
      const rest = await broker.subscribe({ topic, subscription: 'rest', type: 'Exclusive' });
      expect(payloads(await take(rest, 1))).to.deep.equal(['second']);
      await all.close();
      await rest.close();
    });
  },
};

export const ADMINISTRATION: Readonly<Record<string, Suite>> = {
  AdminIsIdempotent,
  PartitionsDiffer,
  LastMessageId,
  CreatedSubscriptionHoldsMessages,
};
