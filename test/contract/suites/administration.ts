import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { partitionTopic } from '../../../channels/topics.ts';
import type { Suite } from '../driver.ts';
import { defined, newPartition, newTopic, payloads, publish, rejectsWith, take, texts } from '../scene.ts';

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

const PartitionsGrow: Suite = {
  define(stage) {
    it('adds partitions beside those that there are, with all that is in them, and does so once', async () => {
      const { broker } = stage();
      const topic = await newTopic(broker, 2);
      const [old, added] = [partitionTopic(topic, 1), partitionTopic(topic, 4)];
      await broker.admin.createSubscription(old, 'all', 'Earliest');
      await publish(broker, old, ['before']);
      await broker.admin.growPartitionedTopic(topic, 5);
      await broker.admin.growPartitionedTopic(topic, 5);
      expect(await broker.admin.partitions(topic)).to.equal(5);
      await broker.admin.createSubscription(added, 'all', 'Earliest');
      await publish(broker, added, ['new']);
      await publish(broker, old, ['after']);
      for (const [partition, expected] of [
        [old, ['before', 'after']],
        [added, ['new']],
      ] as const) {
        const consumer = await broker.subscribe({ topic: partition, subscription: 'all', type: 'Exclusive' });
        expect(payloads(await take(consumer, expected.length))).to.deep.equal(expected);
        await consumer.close();
      }
    });

    it('takes none away, and adds none to a topic that is not there', async () => {
      const { broker } = stage();
      const topic = await newTopic(broker, 3);
      await rejectsWith(broker.admin.growPartitionedTopic(topic, 2), 'partitions-differ');
      expect(await broker.admin.partitions(topic)).to.equal(3);
      await rejectsWith(broker.admin.growPartitionedTopic(topic.replace('/events', '/nothing'), 3), 'topic-missing');
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

const HoldsSince: Suite = {
  define(stage) {
    it('tells whether anything was published since a time, also on a topic that is empty', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      expect(await broker.admin.holdsSince(topic, Date.now() - 60_000)).to.equal(false);
      await publish(broker, topic, texts(3));
      const reader = await broker.createReader({ topic, from: 'Earliest' });
      const last = defined((await take(reader, 3)).at(-1), 'the last message').publishTimeMs;
      await reader.close();
      expect(await broker.admin.holdsSince(topic, last)).to.equal(true);
      expect(await broker.admin.holdsSince(topic, last - 60_000)).to.equal(true);
      expect(await broker.admin.holdsSince(topic, last + 60_000)).to.equal(false);
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
  PartitionsGrow,
  LastMessageId,
  HoldsSince,
  CreatedSubscriptionHoldsMessages,
};
