import { expect } from 'chai';
import type { Broker, Follower, OutgoingMessage, Producer } from '../../../runtime/broker/port.ts';
import type { Suite } from '../driver.ts';
import { defined, newPartition, payloads, rejectsWith, take, text, texts, within } from '../scene.ts';

const TOO_LARGE = Buffer.alloc(6 * 1024 * 1024);

function follower(topic: string, message: OutgoingMessage): Follower {
  return { topic, message: () => message };
}

function lead(producer: Producer, payload: string, ...followers: readonly Follower[]) {
  if (!producer.lead) throw new Error(`the producer on ${producer.topic} cannot lead`);
  return producer.lead(text(payload), followers);
}

/** A producer, and two topics for what follows its messages. */
async function scene(broker: Broker) {
  const topic = await newPartition(broker);
  const producer = await broker.createProducer({ topic });
  return { topic, producer, one: await newPartition(broker), other: await newPartition(broker) };
}

/** All that a topic holds, as the end of which something is sent. */
async function contents(broker: Broker, topic: string): Promise<readonly string[]> {
  const producer = await broker.createProducer({ topic });
  const end = await producer.send(text('end'));
  await producer.close();
  const reader = await broker.createReader({ topic, from: 'Earliest' });
  const all: string[] = [];
  for (let id: string | undefined; id !== end;) {
    const [message] = await take(reader, 1);
    id = defined(message, 'message').id;
    all.push(...payloads(message ? [message] : []));
  }
  await reader.close();
  return all.slice(0, -1);
}

const FollowersLeaveWithTheirMessage: Suite = {
  needs: (declares) => declares.followers,
  define(stage) {
    it('stores them in the order of their messages, each on its topic', async () => {
      const { broker } = stage();
      const { topic, producer, one, other } = await scene(broker);
      const led = texts(300).map((payload) =>
        lead(producer, payload, follower(one, text(`${payload}-1`)), follower(other, text(`${payload}-2`))),
      );
      const ids = await Promise.all(led.map(async (each) => (await each).id));
      await Promise.all(led.map(async (each) => (await each).followed));
      expect(ids.at(-1)).to.equal(await broker.admin.lastMessageId(topic));
      expect(await contents(broker, topic)).to.deep.equal(texts(300));
      expect(await contents(broker, one)).to.deep.equal(texts(300).map((payload) => `${payload}-1`));
      expect(await contents(broker, other)).to.deep.equal(texts(300).map((payload) => `${payload}-2`));
      await producer.close();
    });

    it('shows none before its message is durable', async () => {
      const { broker } = stage();
      const { topic, producer, one } = await scene(broker);
      const reader = await broker.createReader({ topic: one, from: 'Earliest' });
      for (const payload of texts(20)) {
        const led = lead(producer, payload, follower(one, text(payload)));
        await within(reader.next(), 'the follower');
        expect(await broker.admin.lastMessageId(topic)).to.equal((await led).id);
      }
      await reader.close();
      await producer.close();
    });

    it('takes a message that nothing follows', async () => {
      const { broker } = stage();
      const { topic, producer } = await scene(broker);
      const { id, followed } = await lead(producer, 'alone');
      await followed;
      expect(id).to.equal(await broker.admin.lastMessageId(topic));
      await producer.close();
    });

    it('keeps what was sent before the producer is closed', async () => {
      const { broker } = stage();
      const { topic, producer, one } = await scene(broker);
      const led = lead(producer, 'before', follower(one, text('behind it')));
      await producer.close();
      await (
        await led
      ).followed;
      expect(await contents(broker, topic)).to.deep.equal(['before']);
      expect(await contents(broker, one)).to.deep.equal(['behind it']);
    });
  },
};

const NothingFollowsWhatFails: Suite = {
  needs: (declares) => declares.followers,
  define(stage) {
    it('stores no follower of a message that is not taken, and none later', async () => {
      const { broker } = stage();
      const { topic, producer, one } = await scene(broker);
      const large = producer.lead?.({ payload: TOO_LARGE }, [follower(one, text('of the large one'))]);
      await rejectsWith(defined(large, 'lead'), 'message-too-large');
      await rejectsWith(lead(producer, 'later', follower(one, text('later'))), 'message-too-large');
      expect(await contents(broker, topic)).to.deep.equal([]);
      expect(await contents(broker, one)).to.deep.equal([]);
      await producer.close();
    });

    it('stores no follower of a producer that was superseded', async () => {
      const { broker } = stage();
      const { topic, producer, one } = await scene(broker);
      await producer.close();
      const old = await broker.createProducer({ topic, name: 'old', accessMode: 'ExclusiveWithFencing' });
      const inTime = lead(old, 'in time', follower(one, text('in time')));
      const next = await broker.createProducer({ topic, name: 'new', accessMode: 'ExclusiveWithFencing' });
      await (
        await inTime
      ).followed;
      await rejectsWith(lead(old, 'zombie', follower(one, text('zombie'))), 'producer-fenced');
      await next.close();
      expect(await contents(broker, topic)).to.deep.equal(['in time']);
      expect(await contents(broker, one)).to.deep.equal(['in time']);
      await old.close();
    });

    it('refuses a message with a follower to a topic that is missing, or that another holds', async () => {
      const { broker } = stage();
      const { topic, producer, one } = await scene(broker);
      const nowhere = follower(one.replace('events', 'nowhere'), text('lost'));
      await rejectsWith(lead(producer, 'first', nowhere), 'topic-missing');
      await rejectsWith(lead(producer, 'second'), 'topic-missing');
      await producer.close();
      const holder = await broker.createProducer({ topic: one, accessMode: 'Exclusive' });
      const another = await broker.createProducer({ topic });
      await rejectsWith(lead(another, 'third', follower(one, text('intruder'))), 'producer-busy');
      await another.close();
      await holder.close();
      expect(await contents(broker, topic)).to.deep.equal([]);
      expect(await contents(broker, one)).to.deep.equal([]);
    });

    it('says which followers are lost, and loses all that would overtake them', async () => {
      const { broker } = stage();
      const { topic, producer, one } = await scene(broker);
      const large = lead(producer, 'first', follower(one, { payload: TOO_LARGE }));
      const next = lead(producer, 'second', follower(one, text('too early')));
      await rejectsWith((await large).followed, 'message-too-large');
      await rejectsWith((await next).followed, 'message-too-large');
      await rejectsWith(lead(producer, 'third'), 'message-too-large');
      expect(await contents(broker, topic)).to.deep.equal(['first', 'second']);
      expect(await contents(broker, one)).to.deep.equal([]);
      await producer.close();
    });
  },
};

const NothingFollowsARepetition: Suite = {
  needs: (declares) => declares.followers && declares.dedup,
  define(stage) {
    it('lets nothing follow a repetition', async () => {
      const { broker } = stage();
      const { producer, one } = await scene(broker);
      const send = () => producer.lead?.(text('once', { sequenceId: 1 }), [follower(one, text('once'))]);
      await defined(send(), 'lead');
      const again = await defined(send(), 'lead');
      expect(again.id).to.equal(undefined);
      await again.followed;
      expect(await contents(broker, one)).to.deep.equal(['once']);
      await producer.close();
    });
  },
};

export const FOLLOWERS: Readonly<Record<string, Suite>> = {
  FollowersLeaveWithTheirMessage,
  NothingFollowsWhatFails,
  NothingFollowsARepetition,
};
