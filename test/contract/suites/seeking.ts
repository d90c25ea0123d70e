import { expect } from 'chai';
import type { Broker } from '../../../runtime/broker/port.ts';
import type { Suite } from '../driver.ts';
import { backlogIs, defined, eventually, newPartition, payloads, publish, take, texts } from '../scene.ts';

const SeekById: Suite = {
  define(stage) {
    it('goes back, and forward, to just after the message named', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const ids = await publish(broker, topic, texts(10));
      const consumer = await broker.subscribe({ topic, subscription: 'seek', type: 'Exclusive' });
      const received = await take(consumer, 6);
      await consumer.acknowledgeCumulative(defined(received[5], 'the sixth message').id);
      await consumer.seek({ after: defined(ids[1], 'id') });
      expect(payloads(await take(consumer, 8))).to.deep.equal(texts(10).slice(2));
      await consumer.seek({ after: defined(ids[7], 'id') });
      expect(payloads(await take(consumer, 2))).to.deep.equal(['m8', 'm9']);
      await consumer.seek({ after: defined(ids[9], 'id') });
      await publish(broker, topic, ['next']);
      expect(payloads(await take(consumer, 1))).to.deep.equal(['next']);
      await consumer.close();
    });

    it('persists', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const ids = await publish(broker, topic, texts(4));
      const options = { topic, subscription: 'seek', type: 'Failover' } as const;
      const first = await broker.subscribe(options);
      await first.seek({ after: defined(ids[2], 'id') });
      await backlogIs(broker, topic, 'seek', 1);
      await first.close();
      const second = await broker.subscribe(options);
      expect(payloads(await take(second, 1))).to.deep.equal(['m3']);
      await second.close();
    });
  },
};

/** Publishes two groups whose publish times differ; returns a time at which the second had not begun. */
async function publishInTwoGroups(broker: Broker, topic: string): Promise<number> {
  await publish(broker, topic, texts(3, 'early-'));
  const between = Date.now() + 2;
  await eventually(() => Date.now() > between + 2, 'the clock has moved on');
  await publish(broker, topic, texts(3, 'late-'));
  return between;
}

const SeekByTime: Suite = {
  define(stage) {
    it('goes to the first message published at or after a time', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const between = await publishInTwoGroups(broker, topic);
      const consumer = await broker.subscribe({ topic, subscription: 'seek', type: 'Exclusive' });
      await take(consumer, 6);
      await consumer.seek({ timeMs: between });
      const again = await take(consumer, 3);
      expect(payloads(again)).to.deep.equal(texts(3, 'late-'));
      for (const message of again) expect(message.publishTimeMs).to.be.at.least(between);
      await consumer.seek({ timeMs: between - 60 * 60_000 });
      expect(payloads(await take(consumer, 1))).to.deep.equal(['early-0']);
      await consumer.close();
    });
  },
};

const SeekToEnds: Suite = {
  define(stage) {
    it('goes to the earliest message, and past the latest', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      await publish(broker, topic, texts(5));
      const consumer = await broker.subscribe({ topic, subscription: 'ends', type: 'Exclusive' });
      await take(consumer, 3);
      await consumer.seek('Earliest');
      expect(payloads(await take(consumer, 5))).to.deep.equal(texts(5));
      await consumer.seek('Latest');
      await publish(broker, topic, ['fresh']);
      expect(payloads(await take(consumer, 1))).to.deep.equal(['fresh']);
      await consumer.close();
    });
  },
};

export const SEEKING: Readonly<Record<string, Suite>> = { SeekById, SeekByTime, SeekToEnds };
