import { expect } from 'chai';
import { partitionTopic } from '../../../channels/topics.ts';
import type { Suite } from '../driver.ts';
import {
  backlogIs,
  defined,
  newPartition,
  newTopic,
  payloads,
  publish,
  take,
  takeAndAcknowledge,
  text,
  texts,
  within,
} from '../scene.ts';

const CumulativeAckPersists: Suite = {
  define(stage) {
    it('goes on after the acknowledged message when the consumer comes back', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      await publish(broker, topic, texts(10));
      const options = { topic, subscription: 'cumulative', type: 'Failover' } as const;
      const first = await broker.subscribe(options);
      const received = await take(first, 8);
      await first.acknowledgeCumulative(defined(received[5], 'the sixth message').id);
      await backlogIs(broker, topic, 'cumulative', 4);
      await first.close();
      const second = await broker.subscribe(options);
      expect(payloads(await take(second, 4))).to.deep.equal(['m6', 'm7', 'm8', 'm9']);
      await second.close();
    });
  },
};

const IndividualAckPersists: Suite = {
  define(stage) {
    it('redelivers exactly what was not acknowledged, gaps included', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      await publish(broker, topic, texts(6));
      const options = { topic, subscription: 'individual', type: 'Shared' } as const;
      const first = await broker.subscribe(options);
      const received = await take(first, 6);
      for (const index of [1, 4, 2]) await first.acknowledge(defined(received[index], `message ${index}`).id);
      await backlogIs(broker, topic, 'individual', 3);
      await first.close();
      const second = await broker.subscribe(options);
      expect([...payloads(await take(second, 3))].sort()).to.deep.equal(['m0', 'm3', 'm5']);
      await second.close();
    });
  },
};

const UnacknowledgedComesAgain: Suite = {
  define(stage) {
    for (const type of ['Exclusive', 'Failover', 'Shared', 'Key_Shared'] as const) {
      it(`delivers to the next ${type} consumer what the last one left unacknowledged`, async () => {
        const { broker } = stage();
        const topic = await newPartition(broker);
        const producer = await broker.createProducer({ topic });
        for (const payload of texts(5)) await producer.send(text(payload, { key: 'same' }));
        const options = { topic, subscription: 'again', type } as const;
        const first = await broker.subscribe(options);
        await take(first, 5);
        await first.close();
        const second = await broker.subscribe(options);
        expect(payloads(await take(second, 5))).to.deep.equal(texts(5));
        await second.close();
      });
    }
  },
};

const RedeliveryAfterNack: Suite = {
  define(stage) {
    it('delivers a refused message again, counted, and the others once (Shared)', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      await publish(broker, topic, texts(3));
      const consumer = await broker.subscribe({
        topic,
        subscription: 'nack',
        type: 'Shared',
        negativeAckRedeliveryDelayMs: 200,
      });
      const received = await take(consumer, 3);
      const refused = defined(received[1], 'the second message');
      for (const message of received) if (message !== refused) await consumer.acknowledge(message.id);
      consumer.negativeAcknowledge(refused.id);
      const again = await within(consumer.receive(), 'the redelivery');
      expect(again.payload.toString()).to.equal('m1');
      expect(again.id).to.equal(refused.id);
      expect(again.redeliveryCount).to.equal(1);
      consumer.negativeAcknowledge(again.id);
      expect((await takeAndAcknowledge(consumer)).redeliveryCount).to.equal(2);
      await backlogIs(broker, topic, 'nack', 0);
      await consumer.close();
    });

    it('goes back to the refused message and keeps the order (Exclusive)', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      await publish(broker, topic, texts(4));
      const consumer = await broker.subscribe({
        topic,
        subscription: 'nack',
        type: 'Exclusive',
        negativeAckRedeliveryDelayMs: 200,
      });
      const received = await take(consumer, 4);
      await consumer.acknowledge(defined(received[0], 'the first message').id);
      consumer.negativeAcknowledge(defined(received[1], 'the second message').id);
      expect(payloads(await take(consumer, 3))).to.deep.equal(['m1', 'm2', 'm3']);
      await consumer.close();
    });
  },
};

const DeadLetterAfterMaxRedeliveries: Suite = {
  define(stage) {
    for (const type of ['Shared', 'Key_Shared'] as const) {
      it(`moves a message that is refused too often, with key and properties (${type})`, async () => {
        const { broker } = stage();
        const topic = await newPartition(broker);
        const dead = partitionTopic(await newTopic(broker), 0);
        await broker.admin.createSubscription(dead, 'undertaker', 'Earliest');
        const producer = await broker.createProducer({ topic });
        await producer.send(text('poison', { key: 'contact', properties: { ce_id: 'e1' } }));
        await producer.send(text('wholesome', { key: 'other' }));
        const consumer = await broker.subscribe({
          topic,
          subscription: 'letters',
          type,
          negativeAckRedeliveryDelayMs: 100,
          deadLetter: { maxRedeliverCount: 2, topic: dead },
        });
        const undertaker = await broker.subscribe({ topic: dead, subscription: 'undertaker', type: 'Exclusive' });
        const counts: number[] = [];
        let wholesome = 0;
        while (counts.length < 3 || wholesome < 1) {
          const message = await within(consumer.receive(), 'the next delivery');
          if (message.payload.toString() === 'poison') {
            counts.push(message.redeliveryCount);
            consumer.negativeAcknowledge(message.id);
          } else {
            wholesome++;
            await consumer.acknowledge(message.id);
          }
        }
        expect(counts, 'deliveries of the poison message').to.deep.equal([0, 1, 2]);
        const buried = await takeAndAcknowledge(undertaker);
        expect(buried.payload.toString()).to.equal('poison');
        expect(buried.key).to.equal('contact');
        expect(buried.properties).to.include({ ce_id: 'e1' });
        await backlogIs(broker, topic, 'letters', 0);
        await consumer.close();
        await undertaker.close();
      });
    }
  },
};

const BacklogCountsUnacknowledged: Suite = {
  define(stage) {
    it('counts per subscription what is not acknowledged', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      await broker.admin.createSubscription(topic, 'idle', 'Earliest');
      await broker.admin.createSubscription(topic, 'busy', 'Earliest');
      await publish(broker, topic, texts(7));
      await backlogIs(broker, topic, 'idle', 7);
      const consumer = await broker.subscribe({ topic, subscription: 'busy', type: 'Shared' });
      for (const message of await take(consumer, 3)) await consumer.acknowledge(message.id);
      await backlogIs(broker, topic, 'busy', 4);
      await backlogIs(broker, topic, 'idle', 7);
      expect((await broker.admin.stats(topic)).bytes).to.be.above(0);
      await consumer.close();
    });
  },
};

export const ACKNOWLEDGEMENT: Readonly<Record<string, Suite>> = {
  CumulativeAckPersists,
  IndividualAckPersists,
  UnacknowledgedComesAgain,
  RedeliveryAfterNack,
  DeadLetterAfterMaxRedeliveries,
  BacklogCountsUnacknowledged,
};
