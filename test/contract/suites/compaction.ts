import { expect } from 'chai';
import type { Broker, Message } from '../../../runtime/broker/port.ts';
import type { Suite } from '../driver.ts';
import { newPartition, payloads, publish, take, text } from '../scene.ts';

async function compacted(broker: Broker, topic: string, count: number): Promise<readonly Message[]> {
  const reader = await broker.createReader({ topic, from: 'Earliest', readCompacted: true });
  const messages = await take(reader, count);
  await reader.close();
  return messages;
}

const CompactionKeepsNewestPerKey: Suite = {
  needs: (declares) => declares.compaction,
  define(stage) {
    it('yields the newest of each key in order, then what came since', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const producer = await broker.createProducer({ topic });
      const send = async (key: string, payload: string): Promise<unknown> => producer.send(text(payload, { key }));
      await send('a', 'a1');
      await send('b', 'b1');
      await send('a', 'a2');
      await send('c', 'c1');
      await broker.admin.compact(topic);
      await send('b', 'b2');
      const first = await compacted(broker, topic, 4);
      expect(payloads(first)).to.deep.equal(['b1', 'a2', 'c1', 'b2']);
      expect(first.map((message) => message.key)).to.deep.equal(['b', 'a', 'c', 'b']);

      await send('d', 'd1');
      await broker.admin.compact(topic);
      expect(payloads(await compacted(broker, topic, 4))).to.deep.equal(['a2', 'c1', 'b2', 'd1']);
      await producer.close();
    });

    it('forgets a key whose newest payload is empty', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const producer = await broker.createProducer({ topic });
      await producer.send(text('a1', { key: 'a' }));
      await producer.send(text('b1', { key: 'b' }));
      await producer.send(text('', { key: 'a' }));
      await broker.admin.compact(topic);
      await producer.send(text('c1', { key: 'c' }));
      expect(payloads(await compacted(broker, topic, 2))).to.deep.equal(['b1', 'c1']);
      await producer.close();
    });

    it('leaves every message to a reader that does not ask for compaction', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      await publish(broker, topic, ['x']);
      const producer = await broker.createProducer({ topic });
      await producer.send(text('a1', { key: 'a' }));
      await producer.send(text('a2', { key: 'a' }));
      await broker.admin.compact(topic);
      const reader = await broker.createReader({ topic, from: 'Earliest' });
      expect(payloads(await take(reader, 3))).to.deep.equal(['x', 'a1', 'a2']);
      await reader.close();
      await producer.close();
    });

    it('survives a restart', async () => {
      const { broker, restart } = stage();
      const topic = await newPartition(broker);
      const producer = await broker.createProducer({ topic });
      for (const payload of ['a1', 'a2', 'a3']) await producer.send(text(payload, { key: 'a' }));
      await broker.admin.compact(topic);
      const reopened = await restart();
      expect(payloads(await compacted(reopened, topic, 1))).to.deep.equal(['a3']);
    });
  },
};

export const COMPACTION: Readonly<Record<string, Suite>> = { CompactionKeepsNewestPerKey };
