import { expect } from 'chai';
import type { Suite } from '../driver.ts';
import {
  backlogIs,
  defined,
  newPartition,
  newTopic,
  payloads,
  publish,
  rejectsWith,
  take,
  text,
  texts,
} from '../scene.ts';

const DurableOverRestart: Suite = {
  define(stage) {
    it('keeps messages, ids and positions', async () => {
      const { broker, restart } = stage();
      const topic = await newPartition(broker);
      const producer = await broker.createProducer({ topic });
      const properties = { ce_type: 'message.sent' };
      const ids = await Promise.all(texts(50).map((payload) => producer.send(text(payload, { key: 'k', properties }))));
      const options = { topic, subscription: 'durable', type: 'Failover' } as const;
      const consumer = await broker.subscribe(options);
      const received = await take(consumer, 50);
      // The last of all: where a driver batches, a position inside a batch may be rounded down.
      await consumer.acknowledgeCumulative(defined(received[49], 'the last message').id);
      await backlogIs(broker, topic, 'durable', 0);
      await publish(broker, topic, ['unread']);

      const reopened = await restart();
      const again = await reopened.subscribe(options);
      expect(payloads(await take(again, 1))).to.deep.equal(['unread']);
      const reader = await reopened.createReader({ topic, from: 'Earliest' });
      const all = await take(reader, 51);
      expect(all.slice(0, 50).map((message) => message.id)).to.deep.equal(ids);
      expect(all[7]).to.deep.include({ key: 'k', topic, properties });
      expect(payloads(all)).to.deep.equal([...texts(50), 'unread']);
      await reader.close();
      await again.close();
    });

    it('goes on numbering after the last message', async () => {
      const { broker, restart } = stage();
      const topic = await newPartition(broker);
      await publish(broker, topic, texts(3));
      const reopened = await restart();
      await publish(reopened, topic, ['fourth']);
      const reader = await reopened.createReader({ topic, from: 'Earliest' });
      expect(payloads(await take(reader, 4))).to.deep.equal([...texts(3), 'fourth']);
      await reader.close();
    });
  },
};

const ClosedBrokerRefuses: Suite = {
  define(stage) {
    it('rejects what is asked of a closed broker with broker-closed', async () => {
      const { broker, restart } = stage();
      const topic = await newTopic(broker);
      await restart();
      await rejectsWith(broker.createProducer({ topic: `${topic}-partition-0` }), 'broker-closed');
    });
  },
};

export const DURABILITY: Readonly<Record<string, Suite>> = { DurableOverRestart, ClosedBrokerRefuses };
