import { expect } from 'chai';
import { partitionTopic } from '../../../channels/topics.ts';
import { compareMessageIds, type MessageId } from '../../../runtime/broker/message-id.ts';
import type { Suite } from '../driver.ts';
import { defined, newPartition, newTopic, payloads, publish, rejectsWith, take, text, texts } from '../scene.ts';

const OrderPerKey: Suite = {
  define(stage) {
    it('delivers the messages of a key in the order sent, with many in flight', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const producer = await broker.createProducer({ topic });
      const keys = texts(5, 'key-');
      const sends = texts(500).map((payload, index) => producer.send(text(payload, { key: `key-${index % 5}` })));
      await Promise.all(sends);
      const consumer = await broker.subscribe({ topic, subscription: 'order', type: 'Exclusive' });
      const received = await take(consumer, 500);
      for (const [offset, key] of keys.entries()) {
        const ofKey = received.filter((message) => message.key === key);
        expect(payloads(ofKey)).to.deep.equal(texts(500).filter((_, index) => index % 5 === offset));
      }
      await consumer.close();
    });
  },
};

const SendsResolveInOrder: Suite = {
  define(stage) {
    it('resolves sends in the order made, with ascending ids that the messages then carry', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const producer = await broker.createProducer({ topic });
      const resolved: number[] = [];
      const sends = texts(200).map(async (payload, index) => {
        const id = await producer.send(text(payload));
        resolved.push(index);
        return defined(id, 'id');
      });
      const ids: readonly MessageId[] = await Promise.all(sends);
      expect(resolved).to.deep.equal(texts(200).map((_, index) => index));
      for (let at = 1; at < ids.length; at++) {
        const [before, after] = [defined(ids[at - 1], 'id'), defined(ids[at], 'id')];
        expect(compareMessageIds(before, after), `${before} before ${after}`).to.be.below(0);
      }
      const consumer = await broker.subscribe({ topic, subscription: 'ids', type: 'Exclusive' });
      expect((await take(consumer, 200)).map((message) => message.id)).to.deep.equal(ids);
      await consumer.close();
    });
  },
};

const SentTogetherInOrder: Suite = {
  define(stage) {
    it('stores what is sent together in its order, and before what is sent next', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const producer = await broker.createProducer({ topic });
      // Large enough for several chunks of the embedded broker.
      const together = texts(60).map((payload) => `${payload} ${'.'.repeat(2000)}`);
      const all = producer.sendAll(together.map((payload) => text(payload)));
      const next = await producer.send(text('next'));
      await all;
      const reader = await broker.createReader({ topic, from: 'Earliest' });
      const received = await take(reader, together.length + 1);
      expect(payloads(received)).to.deep.equal([...together, 'next']);
      expect(received.at(-1)?.id).to.equal(next);
      await reader.close();
    });

    it('stores of what is sent together nothing from the first on that it cannot take', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const producer = await broker.createProducer({ topic });
      const large = { payload: Buffer.alloc(6 * 1024 * 1024) };
      await rejectsWith(producer.sendAll([text('before'), large, text('after')]), 'message-too-large');
      await rejectsWith(producer.sendAll([text('later')]), 'message-too-large');
      const other = await broker.createProducer({ topic });
      await other.send(text('from another'));
      const reader = await broker.createReader({ topic, from: 'Earliest' });
      const last: string[] = [];
      while (last.at(-1) !== 'from another') last.push(...payloads(await take(reader, 1)));
      expect(last).to.not.include('after').and.not.include('later');
      await reader.close();
    });
  },
};

const MessagesArriveUnchanged: Suite = {
  define(stage) {
    it('carries payload bytes, key, properties and publish time', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const producer = await broker.createProducer({ topic });
      const payload = Buffer.from([0, 255, 10, 13, 0xc3, 0x28, 34]);
      const properties = { ce_type: 'message.received', empty: '', text: 'grüß "Gott" ✓' };
      await producer.send({ payload, key: 'contact/ñ', properties });
      await producer.send({ payload: Buffer.from('bare') });
      const consumer = await broker.subscribe({ topic, subscription: 'shape', type: 'Exclusive' });
      const [full, bare] = await take(consumer, 2);
      expect(full).to.deep.include({ topic, key: 'contact/ñ', redeliveryCount: 0 });
      expect(full?.properties).to.deep.equal(properties);
      expect(full?.payload.equals(payload), 'payload bytes').to.equal(true);
      expect(bare?.key).to.equal(undefined);
      expect(bare?.properties).to.deep.equal({});
      expect(Math.abs(Date.now() - defined(full, 'message').publishTimeMs)).to.be.below(10 * 60_000);
      await consumer.close();
    });

    it('does not care what the caller does with the payload buffer after send', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const producer = await broker.createProducer({ topic });
      const payload = Buffer.from('as it was');
      const sent = producer.send({ payload });
      await sent;
      payload.fill(0);
      const consumer = await broker.subscribe({ topic, subscription: 'reuse', type: 'Exclusive' });
      expect(payloads(await take(consumer, 1))).to.deep.equal(['as it was']);
      await consumer.close();
    });
  },
};

const PartitionsAreSeparate: Suite = {
  define(stage) {
    it('keeps each partition to its own messages', async () => {
      const { broker } = stage();
      const topic = await newTopic(broker, 3);
      for (const partition of [0, 1, 2]) {
        await publish(broker, partitionTopic(topic, partition), texts(3, `p${partition}-`));
      }
      for (const partition of [2, 0, 1]) {
        const consumer = await broker.subscribe({
          topic: partitionTopic(topic, partition),
          subscription: 'separate',
          type: 'Exclusive',
        });
        expect(payloads(await take(consumer, 3))).to.deep.equal(texts(3, `p${partition}-`));
        await consumer.close();
      }
    });
  },
};

export const ORDER: Readonly<Record<string, Suite>> = {
  OrderPerKey,
  SendsResolveInOrder,
  SentTogetherInOrder,
  MessagesArriveUnchanged,
  PartitionsAreSeparate,
};
