import { expect } from 'chai';
import type { Suite } from '../driver.ts';
import { defined, newPartition, payloads, publish, take, takeAndAcknowledge, texts } from '../scene.ts';

const NOTHING_KEPT = { timeMinutes: 0, sizeMb: 0 };

const RetentionDeletesAcknowledged: Suite = {
  needs: (declares) => declares.trim !== undefined,
  define(stage) {
    it('deletes what every subscription has acknowledged, and nothing else', async () => {
      const { broker, declares } = stage();
      const topic = await newPartition(broker, NOTHING_KEPT);
      await broker.admin.createSubscription(topic, 'fast', 'Earliest');
      await broker.admin.createSubscription(topic, 'slow', 'Earliest');
      await publish(broker, topic, texts(10));
      const fast = await broker.subscribe({ topic, subscription: 'fast', type: 'Exclusive' });
      const slow = await broker.subscribe({ topic, subscription: 'slow', type: 'Exclusive' });
      const received = await take(fast, 10);
      await fast.acknowledgeCumulative(defined(received[9], 'the last message').id);
      for (let count = 0; count < 4; count++) await takeAndAcknowledge(slow);
      await declares.trim?.(broker);

      const reader = await broker.createReader({ topic, from: 'Earliest' });
      expect(payloads(await take(reader, 6)), 'from the first that "slow" has not acknowledged').to.deep.equal(
        texts(10).slice(4),
      );
      await Promise.all([reader.close(), fast.close(), slow.close()]);
    });

    it('keeps acknowledged messages as long as the policy says', async () => {
      const { broker, declares } = stage();
      const topic = await newPartition(broker, { timeMinutes: 60, sizeMb: -1 });
      await publish(broker, topic, texts(5));
      const consumer = await broker.subscribe({ topic, subscription: 'done', type: 'Exclusive' });
      for (let count = 0; count < 5; count++) await takeAndAcknowledge(consumer);
      await declares.trim?.(broker);
      await consumer.seek('Earliest');
      expect(payloads(await take(consumer, 5))).to.deep.equal(texts(5));
      await consumer.close();
    });
  },
};

export const RETENTION: Readonly<Record<string, Suite>> = { RetentionDeletesAcknowledged };
