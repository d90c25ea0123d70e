import { expect } from 'chai';
import type { Suite } from '../driver.ts';
import { defined, newPartition, payloads, publish, rejectsWith, take, text, texts, within } from '../scene.ts';

/** Pulsar's default limit is 5 MiB, metadata included. */
const TOO_LARGE_BYTES = 5 * 1024 * 1024 + 1;

const ManyProducersShareATopic: Suite = {
  define(stage) {
    it('keeps the order of each', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const producers = [await broker.createProducer({ topic }), await broker.createProducer({ topic })];
      expect(producers[0]?.name, 'default names are unique').to.not.equal(producers[1]?.name);
      await Promise.all(
        producers.flatMap((producer, index) => texts(50, `p${index}-`).map((payload) => producer.send(text(payload)))),
      );
      const consumer = await broker.subscribe({ topic, subscription: 'all', type: 'Exclusive' });
      const received = payloads(await take(consumer, 100));
      for (const index of [0, 1]) {
        expect(received.filter((payload) => payload.startsWith(`p${index}-`))).to.deep.equal(texts(50, `p${index}-`));
      }
      await consumer.close();
      for (const producer of producers) await producer.close();
    });
  },
};

const ProducerNameIsALock: Suite = {
  define(stage) {
    it('refuses a second producer of the same name while the first is open', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const first = await broker.createProducer({ topic, name: 'owner' });
      expect(first.name).to.equal('owner');
      await rejectsWith(broker.createProducer({ topic, name: 'owner' }), 'producer-busy');
      await first.send(text('still mine'));
      await first.close();
      const second = await broker.createProducer({ topic, name: 'owner' });
      await second.send(text('now mine'));
      await second.close();
    });
  },
};

const ExclusiveProducerRefusesSecond: Suite = {
  needs: (declares) => declares.exclusiveProducers,
  define(stage) {
    it('refuses any other producer while it is open, and gives way once closed', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const first = await broker.createProducer({ topic, accessMode: 'Exclusive' });
      await rejectsWith(broker.createProducer({ topic, accessMode: 'Exclusive' }), 'producer-busy', 'producer-fenced');
      await rejectsWith(broker.createProducer({ topic }), 'producer-busy', 'producer-fenced');
      await first.send(text('mine'));
      await first.close();
      const second = await broker.createProducer({ topic, accessMode: 'Exclusive' });
      await second.send(text('now mine'));
      await second.close();
    });
  },
};

const FencedProducerIsFinal: Suite = {
  needs: (declares) => declares.fencing,
  define(stage) {
    it('lets nothing of the superseded producer in after the new one has opened', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const old = await broker.createProducer({ topic, name: 'old', accessMode: 'ExclusiveWithFencing' });
      await old.send(text('before'));
      const successor = await broker.createProducer({ topic, name: 'new', accessMode: 'ExclusiveWithFencing' });
      await rejectsWith(old.send(text('zombie')), 'producer-fenced');
      await rejectsWith(old.send(text('zombie again')), 'producer-fenced');
      await successor.send(text('after'));
      const consumer = await broker.subscribe({ topic, subscription: 'fence', type: 'Exclusive' });
      expect(payloads(await take(consumer, 2))).to.deep.equal(['before', 'after']);
      await consumer.close();
      await old.close();
      await successor.close();
    });
  },
};

const FailStopAfterFailedSend: Suite = {
  define(stage) {
    it('lets nothing later from a producer succeed once one of its sends has failed', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const producer = await broker.createProducer({ topic, name: 'stops' });
      await producer.send(text('before'));
      const oversized = producer.send({ payload: Buffer.alloc(TOO_LARGE_BYTES) });
      const inFlight = producer.send(text('hidden'));
      await Promise.all([rejectsWith(oversized, 'message-too-large'), rejectsWith(inFlight, 'message-too-large')]);
      await rejectsWith(producer.send(text('later')), 'message-too-large');
      await producer.close();
      const reopened = await broker.createProducer({ topic, name: 'stops' });
      await reopened.send(text('reopened'));
      const consumer = await broker.subscribe({ topic, subscription: 'stop', type: 'Exclusive' });
      expect(payloads(await take(consumer, 2))).to.deep.equal(['before', 'reopened']);
      await consumer.close();
      await reopened.close();
    });

    it('refuses sends after close', async () => {
      const { broker } = stage();
      const producer = await broker.createProducer({ topic: await newPartition(broker) });
      await producer.close();
      await rejectsWith(producer.send(text('late')), 'broker-closed');
    });
  },
};

const LargeMessagesArrive: Suite = {
  define(stage) {
    it('carries 4 MiB', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const producer = await broker.createProducer({ topic });
      const payload = Buffer.alloc(4 * 1024 * 1024, 'parlance');
      await within(producer.send({ payload }), 'the large send');
      const reader = await broker.createReader({ topic, from: 'Earliest' });
      const [message] = await take(reader, 1);
      expect(defined(message, 'message').payload.equals(payload), 'payload bytes').to.equal(true);
      await reader.close();
      await producer.close();
    });
  },
};

const UnknownTopicIsRefused: Suite = {
  needs: (declares) => declares.refusesUnknownTopics,
  define(stage) {
    it('names a topic that nobody created, and a partition beyond the count', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      for (const unknown of [topic.replace('events', 'nowhere'), topic.replace('partition-0', 'partition-1')]) {
        await rejectsWith(broker.createProducer({ topic: unknown }), 'topic-missing');
        await rejectsWith(broker.subscribe({ topic: unknown, subscription: 's', type: 'Shared' }), 'topic-missing');
        await rejectsWith(broker.createReader({ topic: unknown, from: 'Earliest' }), 'topic-missing');
        await rejectsWith(publish(broker, unknown, ['lost']), 'topic-missing');
      }
    });
  },
};

export const PRODUCERS: Readonly<Record<string, Suite>> = {
  ManyProducersShareATopic,
  ProducerNameIsALock,
  ExclusiveProducerRefusesSecond,
  FencedProducerIsFinal,
  FailStopAfterFailedSend,
  LargeMessagesArrive,
  UnknownTopicIsRefused,
};
