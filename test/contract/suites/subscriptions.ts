import { expect } from 'chai';
import type { Consumer, Message } from '../../../runtime/broker/port.ts';
import type { Suite } from '../driver.ts';
import {
  eventually,
  newPartition,
  payloads,
  publish,
  rejectsWith,
  take,
  takeAndAcknowledge,
  text,
  texts,
  within,
} from '../scene.ts';

const ExclusiveSubscriptionRefusesSecond: Suite = {
  define(stage) {
    it('lets one consumer in, and another once the first has closed', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const options = { topic, subscription: 'only', type: 'Exclusive' } as const;
      const first = await broker.subscribe(options);
      await rejectsWith(broker.subscribe(options), 'consumer-busy');
      await first.close();
      const second = await within(
        retry(() => broker.subscribe(options)),
        'the second consumer',
      );
      await second.close();
    });
  },
};

/** A broker may notice a closed connection a moment later. */
async function retry<Value>(attempt: () => Promise<Value>): Promise<Value> {
  let value: Value | undefined;
  await eventually(
    () =>
      attempt().then(
        (result) => {
          value = result;
          return true;
        },
        () => false,
      ),
    'the attempt succeeds',
  );
  return value as Value;
}

const EverySubscriptionGetsEverything: Suite = {
  define(stage) {
    it('delivers each message to each subscription', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      await publish(broker, topic, texts(5));
      for (const subscription of ['engine', 'store']) {
        const consumer = await broker.subscribe({ topic, subscription, type: 'Failover' });
        expect(payloads(await take(consumer, 5))).to.deep.equal(texts(5));
        await consumer.close();
      }
    });
  },
};

const InitialPositionIsHonoured: Suite = {
  define(stage) {
    it('starts a new subscription at the earliest message, or at what comes next', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      await publish(broker, topic, ['before']);
      const latest = await broker.subscribe({
        topic,
        subscription: 'late',
        type: 'Exclusive',
        initialPosition: 'Latest',
      });
      const earliest = await broker.subscribe({ topic, subscription: 'early', type: 'Exclusive' });
      await publish(broker, topic, ['after']);
      expect(payloads(await take(latest, 1))).to.deep.equal(['after']);
      expect(payloads(await take(earliest, 2))).to.deep.equal(['before', 'after']);
      await latest.close();
      await earliest.close();
    });
  },
};

/** Receives and acknowledges until the consumer is closed. */
function collect(consumer: Consumer, into: Message[]): Promise<void> {
  const loop = async (): Promise<void> => {
    for (;;) into.push(await takeOne(consumer));
  };
  return loop().catch(() => undefined);
}

async function takeOne(consumer: Consumer): Promise<Message> {
  const message = await consumer.receive();
  await consumer.acknowledge(message.id);
  return message;
}

const SharedSpreadsMessages: Suite = {
  define(stage) {
    it('gives each message to exactly one of the consumers', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const options = { topic, subscription: 'spread', type: 'Shared', receiverQueueSize: 5 } as const;
      const consumers = [await broker.subscribe(options), await broker.subscribe(options)];
      const received: Message[][] = consumers.map(() => []);
      const loops = consumers.map((consumer, index) => collect(consumer, received[index] ?? []));
      await publish(broker, topic, texts(100));
      await eventually(() => received.flat().length >= 100, 'all 100 messages have arrived');
      expect([...payloads(received.flat())].sort()).to.deep.equal([...texts(100)].sort());
      expect(
        received.map((messages) => messages.length > 0),
        'both consumers got some',
      ).to.deep.equal([true, true]);
      await Promise.all(consumers.map((consumer) => consumer.close()));
      await Promise.all(loops);
    });
  },
};

const KeySharedKeepsKeyOrder: Suite = {
  define(stage) {
    it('keeps a key with one consumer and in order', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const options = { topic, subscription: 'keys', type: 'Key_Shared' } as const;
      const consumers = [await broker.subscribe(options), await broker.subscribe(options)];
      const received: Message[][] = consumers.map(() => []);
      const loops = consumers.map((consumer, index) => collect(consumer, received[index] ?? []));
      const producer = await broker.createProducer({ topic });
      // One by one: a batch of mixed keys cannot be dispatched by key.
      for (const [index, payload] of texts(120).entries())
        await producer.send(text(payload, { key: `k${index % 12}` }));
      await eventually(() => received.flat().length >= 120, 'all 120 messages have arrived');
      for (const [index, key] of texts(12, 'k').entries()) {
        const holders = received.filter((messages) => messages.some((message) => message.key === key));
        expect(holders, `consumers that got ${key}`).to.have.length(1);
        const ofKey = holders.flat().filter((message) => message.key === key);
        expect(payloads(ofKey)).to.deep.equal(texts(120).filter((_, at) => at % 12 === index));
      }
      await Promise.all(consumers.map((consumer) => consumer.close()));
      await Promise.all(loops);
    });
  },
};

const FailoverTakesOver: Suite = {
  define(stage) {
    it('delivers to one consumer, in order, and to the next when that one goes', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const options = { topic, subscription: 'failover', type: 'Failover' } as const;
      await publish(broker, topic, texts(4));
      const first = await broker.subscribe(options);
      expect(payloads([await takeAndAcknowledge(first), await takeAndAcknowledge(first)])).to.deep.equal(['m0', 'm1']);
      const second = await broker.subscribe(options);
      await first.close();
      // What the first had acknowledged may come again where acknowledgements are only on their way.
      const inherited: string[] = [];
      while (inherited.at(-1) !== 'm3') inherited.push((await takeAndAcknowledge(second)).payload.toString());
      expect(inherited.slice(-2)).to.deep.equal(['m2', 'm3']);
      await publish(broker, topic, ['next']);
      expect((await takeAndAcknowledge(second)).payload.toString()).to.equal('next');
      await second.close();
    });
  },
};

const BufferedMessagesAreTakenWithoutWaiting: Suite = {
  define(stage) {
    it('yields what is there, in order and at most what was asked for', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const consumer = await broker.subscribe({ topic, subscription: 'burst', type: 'Exclusive' });
      expect(consumer.receiveBuffered(10)).to.deep.equal([]);
      await publish(broker, topic, texts(20));
      const taken = [...(await take(consumer, 1))];
      await eventually(() => {
        const more = consumer.receiveBuffered(7);
        expect(more.length).to.be.at.most(7);
        taken.push(...more);
        return taken.length >= 20;
      }, 'all 20 messages were taken');
      expect(payloads(taken)).to.deep.equal(texts(20));
      await consumer.close();
    });
  },
};

const ClosingEndsPendingCalls: Suite = {
  define(stage) {
    it('rejects an outstanding receive and an outstanding next with broker-closed', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      const consumer = await broker.subscribe({ topic, subscription: 'closing', type: 'Exclusive' });
      const reader = await broker.createReader({ topic, from: 'Latest' });
      const outcomes = [consumer.receive(), reader.next()].map((pending) => rejectsWith(pending, 'broker-closed'));
      await consumer.close();
      await reader.close();
      await Promise.all(outcomes);
      await rejectsWith(consumer.receive(), 'broker-closed');
    });
  },
};

const UnsubscribeForgetsThePosition: Suite = {
  define(stage) {
    it('starts from the beginning when the name is used again', async () => {
      const { broker } = stage();
      const topic = await newPartition(broker);
      await publish(broker, topic, texts(3));
      const options = { topic, subscription: 'gone', type: 'Exclusive' } as const;
      const first = await broker.subscribe(options);
      const received = await take(first, 3);
      for (const message of received) await first.acknowledge(message.id);
      await first.unsubscribe();
      expect((await broker.admin.stats(topic)).backlog).to.not.have.property('gone');
      const second = await broker.subscribe(options);
      expect(payloads(await take(second, 3))).to.deep.equal(texts(3));
      await second.close();
    });
  },
};

export const SUBSCRIPTIONS: Readonly<Record<string, Suite>> = {
  ExclusiveSubscriptionRefusesSecond,
  EverySubscriptionGetsEverything,
  InitialPositionIsHonoured,
  SharedSpreadsMessages,
  KeySharedKeepsKeyOrder,
  FailoverTakesOver,
  BufferedMessagesAreTakenWithoutWaiting,
  ClosingEndsPendingCalls,
  UnsubscribeForgetsThePosition,
};
